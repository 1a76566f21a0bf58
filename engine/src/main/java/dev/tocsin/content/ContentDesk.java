package dev.tocsin.content;

import dev.tocsin.log.Blobs;
import dev.tocsin.log.Board;
import dev.tocsin.log.ChangeLog;
import dev.tocsin.log.LogException;
import dev.tocsin.sigma.RuleCache;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators, feeds and engines have of the bundles: to push one, to go back to one, to see which is announced and which
 * runs. Starting it begins to read the announcements. Thread-safe; pushes are done one at a time.
 */
public final class ContentDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ContentDesk.class);
    /** Bundles that stay in the log, beside those that are to run. */
    private static final int BUNDLES_KEPT = 10;
    private static final Duration APPLIED = Duration.ofSeconds(5);
    /** A node that says nothing for so long has gone. */
    private static final Duration SILENT = Duration.ofMinutes(1);
    private static final Duration FORGOTTEN = Duration.ofDays(1);
    private static final int ATTEMPTS = 5;

    private final Parts parts;
    private final Heads heads;
    private final Trust trust;
    private final SigningKey own;
    private final BundleCheck check;
    private final Object pushing = new Object();

    /**
     * What a desk works with. The three doors to the log are closed with it.
     *
     * @param key file of this node's key; made when it is not there
     * @param pipelines of the configuration, for trees that bring none
     * @param cache shared with the engine, so that what one has read the other need not
     * @param reader as for {@link BundleCheck}
     */
    public record Parts(String node, ChangeLog heads, Blobs blobs, Board board, BundleShelf shelf, Path key,
            ContentConfig config, List<Path> pipelines, RuleCache cache, dev.tocsin.sigma.RuleTests.Reader reader,
            LeadTimes times, Clock clock) {
    }

    /** @throws IOException when the node's key cannot be read or made */
    public ContentDesk(Parts parts) throws IOException {
        this.parts = parts;
        own = SigningKey.own(parts.key);
        trust = Trust.of(parts.config.trust(), own.publicKey());
        check = new BundleCheck(parts.cache, parts.config.requireTests(), parts.reader);
        heads = new Heads(parts.heads);
    }

    /** Waits until the announcements are known. @return whether they are */
    public boolean await(Duration patience) {
        return heads.await(0, patience);
    }

    /** What an engine is to run; empty when no bundle was ever announced for it, or none is known yet. */
    public Optional<Announcement> desired(String engine) {
        return heads.state().last(a -> a.isFor(engine));
    }

    /** Why the announcements may not be the newest, or empty. */
    public String unknown() {
        return heads.state().unknown();
    }

    /** Newest first. */
    public List<Announcement> history(int limit) {
        return heads.history(limit);
    }

    /** Called behind each change; must be quick. */
    void listen(Runnable listener) {
        heads.listen(listener);
    }

    /** What trees and bundles are held to. */
    public ContentLimits limits() {
        return parts.config.limits();
    }

    Parts parts() {
        return parts;
    }

    Trust trust() {
        return trust;
    }

    /**
     * Packs, checks, signs and announces a tree.
     *
     * @throws ContentException when it cannot be packed, or this node may not sign
     * @throws LogException when the log does not take it
     */
    public PushOutcome push(ContentTree tree, PushRequest request) {
        synchronized (pushing) {
            Path temporary = null;
            try {
                temporary = parts.shelf.temporary();
                long begun = System.nanoTime();
                Bundle.pack(tree.withPipelines(parts.pipelines), parts.cache, temporary);
                parts.times.since(LeadTimes.Step.PACK, begun);
                return offer(temporary, null, request);
            } catch (IOException e) {
                throw new UncheckedIOException("the bundle cannot be made: " + e.getMessage(), e);
            } finally {
                discard(temporary);
            }
        }
    }

    /**
     * Checks and announces a bundle that somebody else has signed.
     *
     * @throws ContentException when it is none, or by nobody whom this node trusts
     * @throws LogException when the log does not take it
     */
    public PushOutcome push(InputStream bundle, BundleSignature signature, PushRequest request) throws IOException {
        synchronized (pushing) {
            Path temporary = parts.shelf.temporary();
            try {
                Files.copy(bundle, temporary, StandardCopyOption.REPLACE_EXISTING);
                return offer(temporary, signature, request);
            } finally {
                discard(temporary);
            }
        }
    }

    private void discard(@Nullable Path temporary) {
        if (temporary != null) {
            parts.shelf.discard(temporary);
        }
    }

    private PushOutcome offer(Path file, @Nullable BundleSignature given, PushRequest request) throws IOException {
        long begun = System.nanoTime();
        long bytes = Files.size(file);
        try (Bundle bundle = Bundle.open(file, "", parts.config.limits())) {
            BundleSignature signature = given == null
                    ? new BundleSignature(own.publicKey().text(), own.sign(bundle.sha256()))
                    : given;
            trust.require(bundle.sha256(), signature);
            Optional<Announcement> mine = heads.state().last(a -> a.who().equals(request.who()));
            if (request.onlyNew() && mine.isPresent() && mine.get().bundle().equals(bundle.sha256())) {
                return PushOutcome.of("unchanged", mine.get().revision(), bundle, bytes, CheckReport.NONE);
            }
            CheckReport report = check.check(bundle);
            parts.times.since(LeadTimes.Step.CHECK, begun);
            if (!report.isUsable(request.keepGood())) {
                return PushOutcome.of("refused", 0, bundle, bytes, report);
            }
            check.passed(bundle, report);
            if (request.dryRun()) {
                return PushOutcome.of("checked", 0, bundle, bytes, report);
            }
            Announcement wanted = new Announcement(0, bundle.sha256(), new Blobs.Place(0, 0, 1, bytes), bundle
                    .commit(), request.engines(), request.who(), parts.clock.instant(), request.why(),
                    request.keepGood(), report.refused(), report.rules() - report.leftOut().size(), signature, request
                            .seen());
            Optional<Announcement> same = announced(wanted);
            if (same.isPresent()) {
                return PushOutcome.of("unchanged", same.get().revision(), bundle, bytes, report);
            }
            // An engine of this node need not fetch it, and one may go back to it when the log has it no more.
            Announcement made = announce(wanted, parts.shelf.share(file, bundle.sha256()));
            return PushOutcome.of("announced", made.revision(), bundle, bytes, report);
        }
    }

    /** Whether all who are meant are to run this already. */
    private Optional<Announcement> announced(Announcement wanted) {
        List<Announcement> now = wanted.engines().stream().map(e -> e.equals("*")
                ? heads.state().last(_ -> true)
                : desired(e)).flatMap(Optional::stream).toList();
        boolean same = now.size() == wanted.engines().size() && now.stream().allMatch(wanted::isSameAs)
                && (!wanted.engines().contains("*") || now.stream().allMatch(a -> a.engines().contains("*")));
        return same ? Optional.of(now.getFirst()) : Optional.empty();
    }

    private Announcement announce(Announcement wanted, Path file) throws IOException {
        long begun = System.nanoTime();
        Blobs.Place place = keptInLog(wanted.bundle()).map(Announcement::place).orElse(null);
        if (place == null) {
            place = parts.blobs.put(wanted.bundle(), file);
        }
        Announcement placed = new Announcement(0, wanted.bundle(), place, wanted.commit(), wanted.engines(), wanted
                .who(), wanted.when(), wanted.why(), wanted.keepGood(), wanted.refused(), wanted.rules(),
                wanted
                        .signed(),
                wanted.seen());
        Announcement made = append(placed);
        parts.times.since(LeadTimes.Step.PUBLISH, begun);
        forgetOld();
        return made;
    }

    private Announcement append(Announcement announcement) {
        long expected = heads.state().revision();
        for (int attempt = 0;; attempt++) {
            try {
                Announcement made = heads.append(expected, announcement);
                LOG.info("{} announces content {} for {} as revision {}: {}", made.who(), made.commit(), made.engines(),
                        made.revision(), made.why());
                heads.await(made.revision(), APPLIED);
                return made;
            } catch (ChangeLog.ConflictException e) {
                if (attempt >= ATTEMPTS) {
                    throw new LogException("others announce content all the time: " + e.getMessage(), e);
                }
                expected = e.revision();
            }
        }
    }

    /** An announcement whose bundle is still in the log. */
    private Optional<Announcement> keptInLog(String bundle) {
        return kept().stream().filter(a -> a.bundle().equals(bundle)).findFirst();
    }

    /** The newest announcement of each bundle that stays, newest first. */
    private List<Announcement> kept() {
        Map<String, Announcement> byBundle = byBundle();
        Set<String> desired = desiredBundles();
        List<Announcement> kept = new ArrayList<>();
        int number = 0;
        for (Announcement a : byBundle.values()) {
            if (number++ < BUNDLES_KEPT || desired.contains(a.bundle())) {
                kept.add(a);
            }
        }
        return kept;
    }

    private Map<String, Announcement> byBundle() {
        Map<String, Announcement> byBundle = new LinkedHashMap<>();
        heads.state().announcements().reversed().forEach(a -> byBundle.putIfAbsent(a.bundle(), a));
        return byBundle;
    }

    private Set<String> desiredBundles() {
        Set<String> names = new TreeSet<>();
        heads.state().announcements().forEach(a -> names.addAll(a.engines()));
        Set<String> bundles = new TreeSet<>();
        names.forEach(n -> heads.state().last(a -> n.equals("*") ? a.engines().contains(n) : a.isFor(n)).ifPresent(
                a -> bundles.add(a.bundle())));
        return bundles;
    }

    /** What has just fallen out of those that are kept; a bundle that is missed by that is missed by nobody. */
    private void forgetOld() {
        Set<String> kept = new TreeSet<>();
        kept().forEach(a -> kept.add(a.bundle()));
        byBundle().values().stream().skip(BUNDLES_KEPT).limit(2).filter(a -> !kept.contains(a.bundle())).forEach(a -> {
            try {
                parts.blobs.remove(a.bundle(), a.place().chunks());
            } catch (LogException e) {
                LOG.warn("the old bundle of {} stays in the log: {}", a.commit(), e.getMessage());
            }
        });
    }

    /**
     * Announces again what was announced before.
     *
     * @param commit as in the history, or its beginning; null for what ran before what is announced now
     * @param engines that are meant; none for those that the last announcement named
     * @throws IllegalArgumentException when there is no such commit, naming those there are
     * @throws LogException when the log does not take it
     */
    public Announcement rollback(@Nullable String commit, List<String> engines, String who, String why) {
        synchronized (pushing) {
            Heads.State state = heads.state();
            if (!state.unknown().isEmpty()) {
                throw new LogException("what was announced is not known: " + state.unknown());
            }
            Announcement now = state.last(a -> engines.isEmpty() || engines.stream().anyMatch(e -> e.equals("*")
                    ? a.engines().contains("*")
                    : a.isFor(e))).orElseThrow(() -> new IllegalArgumentException("nothing was ever announced"));
            Announcement to = earlier(now, commit, engines);
            Announcement again = to.again(0, engines.isEmpty() ? now.engines() : engines, who, parts.clock.instant(),
                    why.isBlank() ? "roll back to revision " + to.revision() : why);
            if (keptInLog(to.bundle()).isPresent()) {
                return append(again);
            }
            Path file = parts.shelf.find(to.bundle()).orElseThrow(() -> new IllegalArgumentException("the bundle of "
                    + to.commit() + " is not kept any more; push it again"));
            try {
                return announce(again, file);
            } catch (IOException e) {
                throw new UncheckedIOException("the bundle cannot be read: " + e.getMessage(), e);
            }
        }
    }

    private Announcement earlier(Announcement now, @Nullable String commit, List<String> engines) {
        List<Announcement> newestFirst = heads.state().announcements().reversed();
        return newestFirst.stream().filter(a -> commit == null
                ? a.revision() < now.revision() && !a.isSameAs(now) && concerns(a, engines.isEmpty()
                        ? now.engines()
                        : engines)
                : a.commit().startsWith(commit) || a.bundle().startsWith(commit)).findFirst().orElseThrow(
                        () -> new IllegalArgumentException((commit == null
                                ? "nothing was announced before " + now.commit()
                                : "no commit \"" + commit + "\" was announced")
                                + "; content history lists those that were: " + String.join(", ", newestFirst.stream()
                                        .map(Announcement::commit).distinct().limit(5).toList())));
    }

    private static boolean concerns(Announcement a, List<String> engines) {
        return engines.stream().anyMatch(e -> e.equals("*") || a.isFor(e));
    }

    /** The commits as they ought to be and as they are, of all engines that were heard of. */
    public ContentStatus status() {
        Heads.State state = heads.state();
        Instant now = parts.clock.instant();
        List<ContentStatus.Engine> engines = new ArrayList<>();
        for (byte[] note : parts.board.notes().values()) {
            RunningNote.read(note).filter(n -> n.said().plus(FORGOTTEN).isAfter(now)).ifPresent(n -> engines.add(engine(
                    n, now)));
        }
        engines.sort(Comparator.comparing(ContentStatus.Engine::engine).thenComparing(ContentStatus.Engine::node));
        return new ContentStatus(parts.node, state.revision(), state.unknown(), own.publicKey().text(), engines);
    }

    private ContentStatus.Engine engine(RunningNote note, Instant now) {
        Announcement desired = desired(note.engine()).orElse(null);
        boolean behind = desired != null && note.revision() < desired.revision();
        long behindSeconds = behind && desired != null
                ? Math.max(0, Duration.between(desired.when(), now).toSeconds())
                : 0;
        String state;
        if (behind && behindSeconds >= parts.config.stale().toSeconds()) {
            state = "stale";
        } else if (note.said().plus(SILENT).isBefore(now)) {
            state = "silent";
        } else if (desired == null) {
            state = "configured";
        } else {
            state = behind ? "changing" : "current";
        }
        return new ContentStatus.Engine(note.engine(), note.node(), state, desired == null ? "" : desired.commit(),
                desired == null ? "" : desired.bundle(), desired == null ? 0 : desired.revision(), note.commit(), note
                        .bundle(),
                note.revision(), note.since(), Math.max(0, Duration.between(note.since(), now)
                        .toSeconds()),
                behindSeconds, note.said(), note.problem());
    }

    @Override
    public void close() {
        heads.close();
        parts.blobs.close();
        parts.board.close();
    }
}
