package dev.tocsin.rollout.logic;

import java.nio.ByteOrder;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Which share a text falls into: murmur3 (x86, 32 bit, seed 0; Austin Appleby's public-domain hash) over its UTF-8, of
 * which the upper part of {@code hash * sum of weights} is the place among the weights. So flagd 0.11 and later and its
 * providers do it, and they and we choose the same. A share that grows keeps all whom it had, if the shares before it stay.
 */
final class Buckets {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private Buckets() {
    }

    /** @return the index of the weight */
    static int choose(String text, List<Integer> weights) {
        long sum = 0;
        for (int weight : weights) {
            sum += weight;
        }
        long place = Integer.toUnsignedLong(hash(text.getBytes(StandardCharsets.UTF_8))) * sum >>> 32;
        long reached = 0;
        for (int i = 0; i < weights.size(); i++) {
            reached += weights.get(i);
            if (place < reached) {
                return i;
            }
        }
        throw new LogicException("fractional has no weights");
    }

    static int hash(byte[] bytes) {
        int hash = 0;
        int whole = bytes.length & ~3;
        for (int i = 0; i < whole; i += 4) {
            hash = Integer.rotateLeft(hash ^ mixed((int) INT.get(bytes, i)), 13) * 5 + 0xe6546b64;
        }
        int rest = 0;
        for (int i = bytes.length - 1; i >= whole; i--) {
            rest = rest << 8 | bytes[i] & 0xff;
        }
        hash ^= mixed(rest) ^ bytes.length;
        hash = (hash ^ hash >>> 16) * 0x85ebca6b;
        hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
        return hash ^ hash >>> 16;
    }

    private static int mixed(int block) {
        return Integer.rotateLeft(block * 0xcc9e2d51, 15) * 0x1b873593;
    }
}
