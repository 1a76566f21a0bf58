package dev.tocsin.content;

import dev.tocsin.base.Problem;
import dev.tocsin.detect.SigmaLoading;
import dev.tocsin.log.LogException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an engine at the content that is announced for it: fetches, verifies, compiles, tests and exchanges, on a thread of its
 * own. Whatever goes wrong, the rules before stay in force; what may be better next time is tried again, what cannot be (a wrong
 * signature, a rule that does not compile) is not until something else is announced.
 */
public final class EngineContent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineContent.class);
    private static final Duration SAY = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final String engine;
    private final ContentDesk desk;
    private final BundleShelf shelf;
    private final ContentDesk.Parts parts;
    private final Target target;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile Running running;
    private volatile Runnable observer = () -> {
    };
    private boolean closing;
    private boolean woken;
    private @Nullable Thread thread;

    /** Where rules are put into force. */
    @FunctionalInterface
    public interface Target {
        void exchange(SigmaLoading.Loaded rules);
    }

    /**
     * What runs.
     *
     * @param announcement by which it came; null for the rules of the configuration
     * @param followed revision of the announcement that is obeyed by running this; 0 for none
     * @param since when it was put into force
     * @param fromDisk whether it is what ran before the start, and nobody has said since that it is still wanted
     * @param problem why not what is announced, or null
     */
    public record Running(String commit, @Nullable Announcement announcement, long followed, Instant since,
            boolean fromDisk, @Nullable Problem problem) {
        Running with(@Nullable Problem why) {
            return new Running(commit, announcement, followed, since, fromDisk, why);
        }
    }

    private @Nullable Manifest manifest;
    private long refused;

    /**
     * @param configured what the configuration says to run while no bundle is announced
     * @param target gets what replaces it
     */
    public EngineContent(String engine, ContentDesk desk, String configured, Target target) {
        this.engine = engine;
        this.desk = desk;
        this.parts = desk.parts();
        this.shelf = parts.shelf();
        this.target = target;
        running = new Running(configured, null, 0, parts.clock().instant(), false, null);
    }

    /**
     * Puts the bundle into force that ran last, without asking anybody. When there is none, or it cannot be used, and bundles are
     * announced, waits for the log a while: a node that is new does not begin with other rules than its peers.
     */
    public void begin(Duration patience) {
        try {
            Optional<Announcement> good = shelf.good();
            if (good.isPresent()) {
                Announcement last = good.get();
                Path file = shelf.find(last.bundle()).orElseThrow(() -> ContentException.of(Trust.short12(last
                        .bundle()), "the bundle that ran last is not on disk", "it is fetched again"));
                desk.trust().require(last.bundle(), last.signed());
                use(last, file, false);
                running = new Running(last.commit(), last, last.revision(), last.when(), true, null);
                LOG.info("content {} ran last and runs again", last.commit());
                return;
            }
        } catch (ContentException e) {
            LOG.warn("{}", e.problem());
            running = running.with(e.problem());
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("the bundle that ran last cannot be read: {}", e.getMessage());
        }
        if (desk.await(patience)) {
            desk.desired(engine).ifPresent(this::follow);
        }
    }

    /** From now on announcements are followed. */
    public void start() {
        desk.listen(this::wake);
        thread = Thread.ofPlatform().daemon().name("content-" + engine).start(this::run);
    }

    /** @param each called by this thread whenever it has looked; must be quick */
    void observe(Runnable each) {
        observer = each;
    }

    public Running running() {
        return running;
    }

    public String engine() {
        return engine;
    }

    /** How long it has not run what is announced. */
    public Duration behind() {
        Running now = running;
        return desk.desired(engine).filter(d -> d.revision() > now.followed()).map(d -> Duration.between(d.when(), parts
                .clock().instant())).filter(d -> !d.isNegative()).orElse(Duration.ZERO);
    }

    private void wake() {
        lock.lock();
        try {
            woken = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        String said = "";
        long saidNanos = 0;
        while (true) {
            boolean again = look();
            observer.run();
            Running now = running;
            String what = now.commit() + " " + now.followed() + " " + now.problem();
            if (!what.equals(said) || System.nanoTime() - saidNanos > SAY.toNanos()) {
                said = say(now) ? what : "";
                saidNanos = System.nanoTime();
            }
            if (!await(again || said.isEmpty() ? RETRY : SAY)) {
                return;
            }
        }
    }

    /** @return whether it is worth while to look again soon, though nothing changes */
    private boolean look() {
        try {
            Optional<Announcement> desired = desk.desired(engine);
            if (desired.isEmpty() || !desk.unknown().isEmpty()) {
                return false;
            }
            Running now = running;
            Announcement next = desired.get();
            if (now.fromDisk()) {
                // Another log may have announcements of the same numbers.
                boolean confirmed = next.revision() == now.followed() && next.isSameAs(now.announcement());
                running = new Running(now.commit(), now.announcement(), confirmed ? now.followed() : 0, now.since(),
                        false, null);
            }
            return next.revision() != running.followed() && next.revision() != refused && !follow(next);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            LOG.error("content cannot be looked after, which is tried again", e);
            running = running.with(new Problem("E430", engine, "content cannot be used: " + e,
                    "the old rules stay in force"));
            return true;
        }
    }

    /** @return false when it should be tried again */
    private boolean follow(Announcement next) {
        try {
            Announcement now = running.announcement();
            if (!next.isSameAs(now)) {
                desk.trust().require(next.bundle(), next.signed());
                use(next, fetched(next), true);
            }
            running = new Running(next.commit(), next, next.revision(), next.isSameAs(now)
                    ? running.since()
                    : parts.clock().instant(), false, kept(next));
            return true;
        } catch (ContentException e) {
            refused = next.revision();
            LOG.error("content {} is refused, {} stays in force: {}", next.commit(), running.commit(), e.problem());
            running = running.with(e.problem());
            return true;
        } catch (IOException | UncheckedIOException | LogException e) {
            LOG.warn("content {} is tried again, {} stays in force: {}", next.commit(), running.commit(), e
                    .getMessage());
            running = running.with(new Problem("E435", Trust.short12(next.bundle()), "the bundle cannot be fetched: "
                    + e.getMessage(), "it is tried again; the rules before stay in force"));
            return false;
        }
    }

    /** It runs, whether the disk takes it or not. */
    private @Nullable Problem kept(Announcement next) {
        try {
            shelf.good(next);
            return null;
        } catch (IOException e) {
            LOG.warn("content {} runs, but a start would not find it: {}", next.commit(), e.getMessage());
            return new Problem("E435", Trust.short12(next.bundle()), "the bundle runs but is not kept on disk: " + e
                    .getMessage(), "make room; after a restart it is fetched again");
        }
    }

    private Path fetched(Announcement next) throws IOException {
        Optional<Path> here = shelf.find(next.bundle());
        if (here.isPresent() && Hashes.sha256(here.get()).equals(next.bundle())) {
            return here.get();
        }
        Path temporary = shelf.temporary();
        try {
            parts.blobs().get(next.bundle(), next.place(), temporary);
            if (!Hashes.sha256(temporary).equals(next.bundle())) {
                throw new IOException("what came is not what was announced");
            }
            return shelf.keep(temporary, next.bundle());
        } finally {
            shelf.discard(temporary);
            parts.times().record(LeadTimes.Step.FETCH, Duration.between(next.when(), parts.clock().instant()));
        }
    }

    /** Everything up to the exchange; throws before it, or not at all. */
    private void use(Announcement next, Path file, boolean isNew) throws IOException {
        try (Bundle bundle = Bundle.open(file, next.bundle(), parts.config().limits())) {
            if (!bundle.commit().equals(next.commit())) {
                throw ContentException.of(Trust.short12(next.bundle()), "the bundle is of commit " + bundle.commit()
                        + ", but announced as " + next.commit(), "push it again");
            }
            long begun = System.nanoTime();
            SigmaLoading.Loaded loaded = SigmaLoading.load(bundle.rules(), bundle.pipelines(), next.commit(), next
                    .leftOut(), parts.cache());
            parts.times().since(LeadTimes.Step.COMPILE, begun);
            if (loaded.refused() > 0 && !next.keepGood() || loaded.ruleset().rules().isEmpty()) {
                throw new ContentException(loaded.problems().stream().filter(p -> !p.code().startsWith("W"))
                        .findFirst().orElse(new Problem("E430", "", "no rule of it can be used", "")));
            }
            begun = System.nanoTime();
            new SelfTest(parts.cache()).run(bundle, loaded.ruleset(), manifest, next.leftOut());
            parts.times().since(LeadTimes.Step.TEST, begun);
            target.exchange(loaded);
            manifest = bundle.manifest();
        }
        if (isNew) {
            parts.times().record(LeadTimes.Step.TOTAL, Duration.between(next.seen(), parts.clock().instant()));
        }
        LOG.info("content {} is in force, {} rules, {} left out", next.commit(), next.rules(), next.leftOut().size());
    }

    private boolean say(Running now) {
        Clock clock = parts.clock();
        Announcement from = now.announcement();
        Problem problem = now.problem();
        try {
            RunningNote note = new RunningNote(engine, parts.node(), now.commit(), from == null ? "" : from.bundle(),
                    now.followed(), now.since(), clock.instant(), problem == null ? "" : problem.toString());
            parts.board().put(note.key(), note.write());
            return true;
        } catch (LogException e) {
            LOG.warn("what runs here cannot be said to others, which is tried again: {}", e.getMessage());
            return false;
        }
    }

    /** @return false when it is closed */
    private boolean await(Duration time) {
        lock.lock();
        try {
            long left = time.toNanos();
            while (!closing && !woken && left > 0) {
                left = changed.awaitNanos(left);
            }
            woken = false;
            return !closing;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** A node that stops is not missed. */
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        Thread running = thread;
        if (running == null) {
            return;
        }
        try {
            running.join(TimeUnit.SECONDS.toMillis(10));
            parts.board().remove(engine + "/" + parts.node());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (LogException e) {
            LOG.debug("the note of this node stays", e);
        }
    }
}
