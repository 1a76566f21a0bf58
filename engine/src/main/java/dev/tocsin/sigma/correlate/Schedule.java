package dev.tocsin.sigma.correlate;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Which group is to be looked at when. A group is in each of the two queues once with its earliest time; a timer that moved
 * to a later time stays where it is, and when its turn comes it is put back.
 */
final class Schedule {
    private record Due(long time, Group group) {
    }

    private final PriorityQueue<Due> arrivals = new PriorityQueue<>((a, b) -> Long.compare(a.time, b.time));
    private final PriorityQueue<Due> timers = new PriorityQueue<>((a, b) -> Long.compare(a.time, b.time));

    void arrived(Group group, long time) {
        if (time < group.arrivalDue) {
            group.arrivalDue = time;
            arrivals.add(new Due(time, group));
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
            timers.add(new Due(timer, group));
        }
    }

    /** A group that is due before the watermark; null when none is. It is out of the queue then. */
    @Nullable
    Group next(long watermark) {
        Group arrived = next(arrivals, watermark, true);
        return arrived != null ? arrived : next(timers, watermark, false);
    }

    private static @Nullable Group next(PriorityQueue<Due> queue, long watermark, boolean isArrival) {
        while (true) {
            Due due = queue.peek();
            if (due == null || due.time >= watermark) {
                return null;
            }
            queue.remove();
            Group group = due.group;
            if (due.time == (isArrival ? group.arrivalDue : group.timerDue)) {
                if (isArrival) {
                    group.arrivalDue = Group.NEVER;
                } else {
                    group.timerDue = Group.NEVER;
                }
                return group;
            }
        }
    }
}
