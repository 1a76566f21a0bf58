package dev.tocsin.event;

/**
 * A fingerprint of a bag of ids that can be added up in any order and over any parts: how many, their xor, their sum
 * (each modulo 2^64 in two halves). Two bags of equal digest hold the same ids unless somebody found a way to make
 * SHA-256 halves cancel in xor and sum at once.
 */
public record Digest(long count, long xorHigh, long xorLow, long sumHigh, long sumLow) {
    public static final Digest EMPTY = new Digest(0, 0, 0, 0, 0);

    public static Digest of(EventId id) {
        return new Digest(1, id.high(), id.low(), id.high(), id.low());
    }

    public Digest plus(Digest o) {
        return new Digest(count + o.count, xorHigh ^ o.xorHigh, xorLow ^ o.xorLow, sumHigh + o.sumHigh,
                sumLow + o.sumLow);
    }

    /** What must be added to {@code o} to get this. */
    public Digest minus(Digest o) {
        return new Digest(count - o.count, xorHigh ^ o.xorHigh, xorLow ^ o.xorLow, sumHigh - o.sumHigh,
                sumLow - o.sumLow);
    }

    public boolean isEmpty() {
        return equals(EMPTY);
    }

    /** The sum in progress; owned by one thread. */
    public static final class Adder {
        private long count;
        private long xorHigh;
        private long xorLow;
        private long sumHigh;
        private long sumLow;

        public void add(EventId id) {
            count++;
            xorHigh ^= id.high();
            xorLow ^= id.low();
            sumHigh += id.high();
            sumLow += id.low();
        }

        public Digest digest() {
            return new Digest(count, xorHigh, xorLow, sumHigh, sumLow);
        }
    }
}
