package dev.tocsin.content;

import dev.tocsin.log.ChangeLog;
import dev.tocsin.log.ChangeLog.Change;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The announcements, as they are followed. Until they were read, and while they cannot be, they are those known last. */
final class Heads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Heads.class);
    /** An engine that was named by none of so many runs what the configuration says. */
    private static final int KEPT_MAX = 2_000;

    private final ChangeLog log;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile State state = new State(List.of(), 0, "the announcements were not read yet");

    /**
     * @param announcements oldest first
     * @param revision of the last change, whether it could be read or not
     * @param unknown why they may not be what is in force, or empty
     */
    record State(List<Announcement> announcements, long revision, String unknown) {
        Optional<Announcement> last(Predicate<Announcement> wanted) {
            return announcements.reversed().stream().filter(wanted).findFirst();
        }
    }

    Heads(ChangeLog log) {
        this.log = log;
        log.follow(new Followed());
    }

    State state() {
        return state;
    }

    /** Called behind each change, by the thread that follows; must be quick. */
    void listen(Runnable listener) {
        listeners.add(listener);
    }

    /** Waits until they are known up to a revision. @return whether they are */
    boolean await(long revision, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        synchronized (listeners) {
            while (!state.unknown.isEmpty() || state.revision < revision) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                try {
                    listeners.wait(left);
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
        }
        return true;
    }

    /** @throws ChangeLog.ConflictException when somebody was quicker */
    Announcement append(long expected, Announcement announcement) {
        return announcement.at(log.append(expected, announcement.write()));
    }

    /** Newest first; reads the log. */
    List<Announcement> history(int limit) {
        List<Announcement> found = new ArrayList<>();
        for (Change change : log.last(limit).reversed()) {
            try {
                found.add(Announcement.read(change));
            } catch (IllegalArgumentException e) {
                LOG.debug("announcement {} cannot be read", change.revision(), e);
            }
        }
        return found;
    }

    private void publish(State next) {
        synchronized (listeners) {
            state = next;
            listeners.notifyAll();
        }
        listeners.forEach(Runnable::run);
    }

    private final class Followed implements ChangeLog.Follower {
        private final Deque<Announcement> read = new ArrayDeque<>();
        private long revision;
        private boolean isCurrent;

        @Override
        public void begin() {
            read.clear();
            revision = 0;
            isCurrent = false;
        }

        @Override
        public void change(Change change) {
            revision = change.revision();
            try {
                read.add(Announcement.read(change));
                if (read.size() > KEPT_MAX) {
                    read.removeFirst();
                }
            } catch (IllegalArgumentException e) {
                LOG.warn("announcement {} of content cannot be used: {}", change.revision(), e.getMessage());
            }
            if (isCurrent) {
                show();
            }
        }

        @Override
        public void current() {
            isCurrent = true;
            show();
        }

        private void show() {
            publish(new State(List.copyOf(read), revision, ""));
        }

        @Override
        public void unreadable(String why) {
            publish(new State(state.announcements, state.revision, why));
        }
    }

    @Override
    public void close() {
        log.close();
    }
}
