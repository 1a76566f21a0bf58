package dev.tocsin.rollout;

import dev.tocsin.event.Event;
import dev.tocsin.log.ChangeLog;
import dev.tocsin.log.ChangeLog.Change;
import dev.tocsin.log.LogException;
import dev.tocsin.log.OwnershipMark;
import dev.tocsin.log.Stream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who owns whom, for operators and engines. A hand-over is a change of the log {@code control-owners} and, in the same
 * transaction, a mark in every partition of {@code events}: all engines switch at the same event.
 */
public final class OwnerDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnerDesk.class);
    private static final Duration APPLIED = Duration.ofSeconds(5);
    private static final int SET_MAX = 10_000;

    private final ChangeLog log;
    private final String site;
    private final Clock clock;
    private final Ownership ownership = new Ownership();

    /**
     * The owners in force.
     *
     * @param revision 0 before the first hand-over
     * @param unreadable why they are not known, or empty
     */
    public record Owners(long revision, String unreadable, List<Owner> owners) {
    }

    /**
     * A wanted hand-over.
     *
     * @param ifRevision the revision that the author saw, or null for the one in force
     */
    public record Request(List<Assignment> set, String why, @Nullable Long ifRevision) {
    }

    /** @param applied whether it changed anything. @param revision in force now */
    public record Outcome(boolean applied, long revision, List<Assignment> changed) {
    }

    /** Begins to read the changes. */
    public OwnerDesk(ChangeLog log, String site, Clock clock) {
        this.log = log;
        this.site = site;
        this.clock = clock;
        log.follow(new Followed());
    }

    /** Waits until it is known who owns whom. @return whether it is */
    public boolean await(Duration patience) {
        return ownership.await(0, patience);
    }

    public Ownership ownership() {
        return ownership;
    }

    public Owners owners() {
        return new Owners(ownership.revision(), ownership.trouble(), ownership.owners());
    }

    /** The last hand-overs, newest first. */
    public List<OwnerChange> history(int limit) {
        List<OwnerChange> changes = new ArrayList<>();
        for (Change change : log.last(limit).reversed()) {
            changes.add(read(change));
        }
        return changes;
    }

    /**
     * Hands over; returns when the hand-over is durable and every engine that reads on will see it.
     *
     * @throws ChangeLog.ConflictException when another revision is in force than the author saw
     * @throws IllegalArgumentException when it does not say why, or says nothing or too much
     * @throws LogException when the owners are not known, or it cannot be written
     */
    public Outcome change(Request request, String who) {
        check(request);
        if (!ownership.await(0, APPLIED)) {
            throw new LogException("it is not known who owns whom: " + ownership.trouble());
        }
        int revision = ownership.revision();
        if (request.ifRevision != null && request.ifRevision != revision) {
            throw new ChangeLog.ConflictException(request.ifRevision, revision);
        }
        Set<Assignment> now = new HashSet<>();
        ownership.owners().forEach(o -> now.add(new Assignment(o.customer(), o.source(), o.engine())));
        Set<Assignment.Route> owned = new HashSet<>();
        now.forEach(a -> owned.add(a.route()));
        List<Assignment> changed = request.set.stream()
                .filter(a -> a.engine().isEmpty() ? owned.contains(a.route()) : !now.contains(a)).toList();
        if (changed.isEmpty()) {
            return new Outcome(false, revision, List.of());
        }
        Instant when = clock.instant();
        int next = revision + 1;
        Event mark = OwnershipMark.of(next, site, when);
        log.append(revision, Stream.EVENTS, mark,
                offsets -> new OwnerChange(next, who, when, request.why.strip(), changed,
                        Arrays.stream(offsets).boxed().toList()).json());
        LOG.info("{} hands over {} as revision {}: {}", who, changed, next, request.why);
        ownership.await(next, APPLIED);
        return new Outcome(true, next, changed);
    }

    private static void check(Request request) {
        if (request.why.isBlank()) {
            throw new IllegalArgumentException("a hand-over says why it is made");
        }
        if (request.set.isEmpty() || request.set.size() > SET_MAX) {
            throw new IllegalArgumentException("a hand-over names 1 to " + SET_MAX + " customers");
        }
        Set<Assignment.Route> routes = new HashSet<>();
        request.set.forEach(a -> {
            if (!routes.add(a.route())) {
                throw new IllegalArgumentException("customer " + a.customer() + " and source " + a.source()
                        + " stand twice in one hand-over");
            }
        });
    }

    /** What cannot be read changes nobody's owner, but it has its place, or all after it would be off by one. */
    private static OwnerChange read(Change change) {
        try {
            return OwnerChange.read(change);
        } catch (IllegalArgumentException e) {
            LOG.warn("revision {} of the owners cannot be used: {}", change.revision(), e.getMessage());
            return new OwnerChange(change.revision(), "", Instant.EPOCH, "unreadable: " + e.getMessage(), List.of(),
                    List.of());
        }
    }

    /** What is read, put together. */
    private final class Followed implements ChangeLog.Follower {
        @Override
        public void begin() {
            ownership.begin();
        }

        @Override
        public void change(Change change) {
            ownership.add(read(change));
        }

        @Override
        public void current() {
            ownership.current();
        }

        @Override
        public void unreadable(String why) {
            ownership.trouble(why);
        }
    }

    @Override
    public void close() {
        log.close();
    }
}
