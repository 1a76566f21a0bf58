package dev.tocsin.sigma.correlate;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which group is to be looked at when. A group is in each of the two queues once with its earliest time; a timer that moved
 * to a later time stays where it is, and when its turn comes it is put back.
 */
final class Schedule {
    /**
     * Groups by time, a binary heap. Times stand side by side: with a hundred thousand groups, looking at each group for
     * its time would be waiting for memory.
     */
    private static final class Queue {
        private long[] times = new long[16];
        private @Nullable Slot[] slots = new Slot[16];
        private int size;

        void add(long time, Slot slot) {
            if (size == times.length) {
                times = Arrays.copyOf(times, size * 2);
                slots = Arrays.copyOf(slots, size * 2);
            }
            int at = size++;
            while (at > 0 && times[(at - 1) >> 1] > time) {
                move((at - 1) >> 1, at);
                at = (at - 1) >> 1;
            }
            times[at] = time;
            slots[at] = slot;
        }

        long firstTime() {
            return size == 0 ? Group.NEVER : times[0];
        }

        @Nullable
        Slot removeFirst() {
            Slot first = slots[0];
            long time = times[--size];
            Slot last = slots[size];
            slots[size] = null;
            int at = 0;
            for (int child = 1; child < size; child = 2 * at + 1) {
                if (child + 1 < size && times[child + 1] < times[child]) {
                    child++;
                }
                if (times[child] >= time) {
                    break;
                }
                move(child, at);
                at = child;
            }
            if (size > 0) {
                times[at] = time;
                slots[at] = last;
            }
            return first;
        }

        private void move(int from, int to) {
            times[to] = times[from];
            slots[to] = slots[from];
        }
    }

    private final Queue arrivals = new Queue();
    private final Queue timers = new Queue();

    void arrived(Slot slot, long time) {
        if (time < slot.arrivalDue) {
            slot.arrivalDue = time;
            arrivals.add(time, slot);
        }
    }

    /** The group was run, or read from the store. */
    void put(Slot slot, Group group) {
        Entry first = group.pending.peek();
        if (first != null) {
            arrived(slot, first.time);
        }
        timer(slot, group.timer());
    }

    private void timer(Slot slot, long timer) {
        if (timer < slot.timerDue) {
            slot.timerDue = timer;
            timers.add(timer, slot);
        }
    }

    /** A group that has something to do before the watermark; null when none has. It is out of the queue then. */
    @Nullable
    Slot next(long watermark) {
        while (arrivals.firstTime() < watermark) {
            long time = arrivals.firstTime();
            Slot slot = arrivals.removeFirst();
            if (slot != null && time == slot.arrivalDue) {
                slot.arrivalDue = Group.NEVER;
                return slot;
            }
        }
        while (timers.firstTime() < watermark) {
            long time = timers.firstTime();
            Slot slot = timers.removeFirst();
            if (slot != null && time == slot.timerDue) {
                slot.timerDue = Group.NEVER;
                if (slot.nextTimer() < watermark) {
                    return slot;
                }
                timer(slot, slot.nextTimer());
            }
        }
        return null;
    }
}
