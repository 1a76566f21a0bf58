package dev.tocsin.fabric.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Values by chance, from a seed: every type, the limits more often than chance would have them, nested. */
public final class ValueGenerator {
    private static final long[] LIMITS = {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, 127, 128, 1_000_000_000L,
            999_999_999L,
            -999_999_999L, 1_700_000_000_123_000_000L};
    private final Random random;

    public ValueGenerator(long seed) {
        random = new Random(seed);
    }

    /** @param depth how deep at most */
    public Value next(int depth) {
        int kind = random.nextInt(depth > 1 ? 16 : 12);
        return switch (kind) {
            case 0 -> Value.NONE;
            case 1 -> Value.of(random.nextBoolean());
            case 2 -> Value.count(number());
            case 3 -> Value.integer(number());
            case 4 -> Value.real(real());
            case 5 -> new Value.Text(bytes());
            case 6 -> random.nextBoolean() ? Address.v4(random.nextInt()) : new Address(sparse(), sparse());
            case 7 -> new Subnet(new Address(sparse(), sparse()), random.nextInt(129));
            case 8 -> new Port(random.nextInt(65536), Port.Protocol.values()[random.nextInt(4)]);
            case 9 -> new Value.Timestamp(number());
            case 10 -> new Value.Timespan(number());
            case 11 -> new Value.Enumerator(bytes());
            case 12 -> ValueSet.of(items(depth));
            case 13 -> table(depth);
            default -> new Vector(items(depth));
        };
    }

    private List<Value> items(int depth) {
        List<Value> items = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            items.add(next(depth - 1));
        }
        return items;
    }

    private Value table(int depth) {
        List<Table.Entry> entries = new ArrayList<>();
        ValueSet.of(items(depth)).items().forEach(key -> entries.add(new Table.Entry(key, next(depth - 1))));
        return Table.ofUnique(entries).orElseThrow();
    }

    private long number() {
        return random.nextInt(3) == 0 ? LIMITS[random.nextInt(LIMITS.length)] : random.nextLong() >> random.nextInt(64);
    }

    private double real() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(1000) / 8.0;
            case 1 -> random.nextGaussian() * 1e300;
            case 2 -> random.nextGaussian() * 1e-300;
            default -> random.nextGaussian();
        };
    }

    private long sparse() {
        return random.nextLong() & random.nextLong() & random.nextLong() & (random.nextBoolean() ? -1L : 0xffffL);
    }

    private Bytes bytes() {
        byte[] bytes = new byte[random.nextInt(4) == 0 ? random.nextInt(300) : random.nextInt(9)];
        random.nextBytes(bytes);
        if (random.nextBoolean()) {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (' ' + (bytes[i] & 0x3f));
            }
        }
        return Bytes.of(bytes);
    }
}
