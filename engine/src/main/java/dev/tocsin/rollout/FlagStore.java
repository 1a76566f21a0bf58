package dev.tocsin.rollout;

import dev.tocsin.event.Json;
import dev.tocsin.log.ChangeLog;
import dev.tocsin.log.ChangeLog.Change;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The flags in force, and their changes. Until the topic was read, and when it cannot be, nothing is known, and every gate
 * that has a flag is held.
 */
final class FlagStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FlagStore.class);
    private static final Duration APPLIED = Duration.ofSeconds(5);

    private final ChangeLog log;
    private final Clock clock;
    private final FlagReader reader = new FlagReader();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile State state = new State(FlagSet.unreadable("they were not read yet"), null);

    /** @param change the last one; null before the first */
    record State(FlagSet flags, @Nullable FlagChange change) {
    }

    FlagStore(ChangeLog log, Clock clock) {
        this.log = log;
        this.clock = clock;
    }

    /** Begins to follow the changes; {@link #await} says when they are known. */
    void start() {
        log.follow(new Followed());
    }

    State state() {
        return state;
    }

    FlagReader reader() {
        return reader;
    }

    /** Called behind each change of what {@link #state} answers, by the thread that follows; must be quick. */
    void listen(Runnable listener) {
        listeners.add(listener);
    }

    /** Waits until the flags are known, whether there are any or not. @return whether they are */
    boolean await(Duration patience) {
        return awaitRevision(0, patience);
    }

    private boolean awaitRevision(long revision, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        synchronized (listeners) {
            while (!state.flags.unreadable().isEmpty() || state.flags.revision() < revision) {
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

    /**
     * Puts a document in force that was checked before; returns when it is durable, and known here unless that takes long.
     *
     * @param expected the revision from which it was made
     * @throws ChangeLog.ConflictException when another one is in force. @throws dev.tocsin.log.LogException when it cannot be written
     */
    FlagChange set(long expected, JsonNode before, JsonNode document, String who, String why) {
        FlagChange change = new FlagChange(expected + 1, who, clock.instant(), why,
                List.copyOf(changed(before, document)), document);
        log.append(expected, change.json());
        LOG.info("{} sets the flags {} as revision {}: {}", who, change.changed(), change.revision(), why);
        awaitRevision(change.revision(), APPLIED);
        return change;
    }

    /** A flag changes also when a rule changes that flags refer to. */
    private static Set<String> changed(JsonNode before, JsonNode after) {
        Set<String> keys = new TreeSet<>();
        boolean all = !before.path("$evaluators").equals(after.path("$evaluators"));
        for (JsonNode document : List.of(before, after)) {
            document.path("flags").propertyNames().stream().filter(k -> all
                    || !before.path("flags").path(k).equals(after.path("flags").path(k))).forEach(keys::add);
        }
        return keys;
    }

    /** The last changes, newest first. */
    List<FlagChange> history(int limit) {
        List<FlagChange> changes = new ArrayList<>();
        for (Change change : log.last(limit).reversed()) {
            try {
                changes.add(FlagChange.read(change));
            } catch (IllegalArgumentException e) {
                changes.add(new FlagChange(change.revision(), "", Instant.EPOCH, "unreadable: "
                        + e.getMessage(), List.of(), document()));
            }
        }
        return changes;
    }

    /** A document without flags. */
    static ObjectNode document() {
        ObjectNode document = Json.object();
        document.put("$schema", "https://flagd.dev/schema/v0/flags.json").putObject("flags");
        return document;
    }

    private void publish(State next) {
        synchronized (listeners) {
            state = next;
            listeners.notifyAll();
        }
        listeners.forEach(Runnable::run);
    }

    /** What is read, put together. */
    private final class Followed implements ChangeLog.Follower {
        private final Set<String> everSet = new HashSet<>();
        private boolean isCurrent;
        private @Nullable FlagChange last;
        private String trouble = "";

        @Override
        public void begin() {
            everSet.clear();
            isCurrent = false;
            last = null;
            trouble = "";
        }

        @Override
        public void change(Change change) {
            try {
                last = FlagChange.read(change);
                last.document().path("flags").propertyNames().forEach(everSet::add);
                trouble = "";
            } catch (IllegalArgumentException e) {
                trouble = "revision " + change.revision() + " of the flags cannot be used: " + e.getMessage();
                LOG.warn("{}", trouble);
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
            FlagChange newest = last;
            if (!trouble.isEmpty()) {
                publish(new State(FlagSet.unreadable(trouble), newest));
            } else if (newest == null) {
                publish(new State(FlagSet.NONE, null));
            } else {
                publish(new State(reader.read(newest.revision(), newest.document(), everSet), newest));
            }
        }

        @Override
        public void unreadable(String why) {
            publish(new State(FlagSet.unreadable(why), state.change));
        }
    }

    @Override
    public void close() {
        log.close();
    }
}
