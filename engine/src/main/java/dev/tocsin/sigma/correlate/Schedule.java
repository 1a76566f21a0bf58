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
        private @Nullable Group[] groups = new Group[16];
        private int size;

        void add(long time, Group group) {
            if (size == times.length) {
                times = Arrays.copyOf(times, size * 2);
                groups = Arrays.copyOf(groups, size * 2);
            }
            int at = size++;
            while (at > 0 && times[(at - 1) >> 1] > time) {
                move((at - 1) >> 1, at);
                at = (at - 1) >> 1;
            }
            times[at] = time;
            groups[at] = group;
        }

        long firstTime() {
            return size == 0 ? Group.NEVER : times[0];
        }

        @Nullable
        Group removeFirst() {
            Group first = groups[0];
            long time = times[--size];
            Group last = groups[size];
            groups[size] = null;
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
                groups[at] = last;
            }
            return first;
        }

        private void move(int from, int to) {
            times[to] = times[from];
            groups[to] = groups[from];
        }
    }

    private final Queue arrivals = new Queue();
    private final Queue timers = new Queue();

    void arrived(Group group, long time) {
        if (time < group.arrivalDue) {
            group.arrivalDue = time;
            arrivals.add(time, group);
        }
    }

    void put(Group group) {
        Entry first = group.pending.peek();
        if (first != null) {
            arrived(group, first.time);
        }
        long timer = group.timer();
        if (timer < group.timerDue) {
            group.timerDue = timer;
            timers.add(timer, group);
        }
    }

    /** A group that is due before the watermark; null when none is. It is out of the queue then. */
    @Nullable
    Group next(long watermark) {
        Group arrived = next(arrivals, watermark, true);
        return arrived != null ? arrived : next(timers, watermark, false);
    }

    private static @Nullable Group next(Queue queue, long watermark, boolean isArrival) {
        while (queue.firstTime() < watermark) {
            long time = queue.firstTime();
            Group group = queue.removeFirst();
            if (group != null && time == (isArrival ? group.arrivalDue : group.timerDue)) {
                if (isArrival) {
                    group.arrivalDue = Group.NEVER;
                } else {
                    group.timerDue = Group.NEVER;
                }
                return group;
            }
        }
        return null;
    }
}
