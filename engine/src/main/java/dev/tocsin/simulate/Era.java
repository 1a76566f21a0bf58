package dev.tocsin.simulate;

import dev.tocsin.simulate.Draw.Purpose;

/**
 * A stretch of time with one set of making knobs. When something happens is a function of its number:
 *
 * <p>Time is cut into periods. Each has its share of the rate, one event in each of equal slots, at a drawn place in
 * the slot; and at its very end the burst. So instants rise with numbers, the number of events before a period has a
 * closed form, and both directions, number to instant and instant to number, need no memory. Times are microseconds
 * since 1970. Immutable.
 */
final class Era {
    private static final long SECOND = 1_000_000;

    private final long start;
    private final long first;
    private final Knobs knobs;
    private final long seed;
    private final long period;
    private final double share;
    private final long burst;

    /**
     * @param start a full second
     * @param first number of its first event
     */
    Era(long start, long first, Knobs knobs, long seed) {
        this.start = start;
        this.first = first;
        this.knobs = knobs;
        this.seed = seed;
        double rate = knobs.number(Knob.RATE);
        boolean bursts = knobs.micros(Knob.BURST_EVERY) > 0 && knobs.count(Knob.BURST_SIZE) > 0;
        period = bursts
                ? knobs.micros(Knob.BURST_EVERY)
                : rate >= 1 || rate == 0 ? SECOND : (long) Math.min(1e15, SECOND / rate);
        share = rate * period / SECOND;
        burst = bursts ? knobs.count(Knob.BURST_SIZE) : 0;
    }

    long start() {
        return start;
    }

    long first() {
        return first;
    }

    Knobs knobs() {
        return knobs;
    }

    /** When event {@code n} happens. */
    long instant(long n) {
        long index = n - first;
        long p = (long) (index / (share + burst));
        while (before(p) > index) {
            p--;
        }
        while (before(p + 1) <= index) {
            p++;
        }
        long place = index - before(p);
        long slots = regular(p + 1) - regular(p);
        return place < slots
                ? start + p * period + (long) ((place + Draw.unit(seed, Purpose.SLOT, n)) * period / slots)
                : start + (p + 1) * period;
    }

    /** What the event says: the instant, as exactly as its digits. */
    long created(long n) {
        long instant = instant(n);
        return instant - Math.floorMod(instant, unit());
    }

    /** From when on it is to be seen. */
    long visible(long n) {
        long delay = Draw.unit(seed, Purpose.LATE, n) < knobs.number(Knob.LATE)
                ? Draw.between(knobs.micros(Knob.LATE_MIN), knobs.micros(Knob.LATE_MAX),
                        Draw.unit(seed, Purpose.LATENESS, n))
                : Draw.between(knobs.micros(Knob.VISIBLE_MIN), knobs.micros(Knob.VISIBLE_MAX),
                        Draw.unit(seed, Purpose.DELAY, n));
        return instant(n) + delay;
    }

    /** Longest time between an instant and its being visible. */
    long delayMax() {
        long late = knobs.number(Knob.LATE) > 0 ? knobs.micros(Knob.LATE_MAX) : 0;
        return Math.max(late, knobs.micros(Knob.VISIBLE_MAX));
    }

    /** The number after the last event whose instant is not after this one, as if the era went on for ever. */
    long endAt(long instant) {
        if (instant < start || share + burst == 0) {
            return first;
        }
        long p = (instant - start) / period;
        long low = before(p);
        long high = before(p + 1);
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (instant(first + middle) <= instant) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return first + low;
    }

    /** The number of the first event whose {@code created} is this or later; not far in the future. */
    long firstCreatedFrom(long created) {
        return created <= start ? first : endAt(created + Math.floorMod(-created, unit()) - 1);
    }

    int digits() {
        return Integer.parseInt(knobs.word(Knob.FRACTION_DIGITS));
    }

    private long unit() {
        return switch (digits()) {
            case 0 -> SECOND;
            case 3 -> 1000;
            default -> 1;
        };
    }

    /** Events before period {@code p}. */
    private long before(long p) {
        return regular(p) + p * burst;
    }

    private long regular(long p) {
        return (long) (p * share);
    }
}
