package dev.tocsin.rollout;

import dev.tocsin.log.ChangeLog;
import dev.tocsin.log.ChangeLog.Change;
import dev.tocsin.log.LogException;
import dev.tocsin.rollout.PlanGates.Said;
import dev.tocsin.rollout.PlanGates.Verdict;
import dev.tocsin.rollout.RolloutState.Phase;
import dev.tocsin.rollout.RolloutState.Status;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out a plan, one at a time. The manager that did the last thing does the next one; if it does not, another one does
 * after a while. That two do it does no harm: what a step changes is first made so, in the flags or the owners, and then
 * written down; of two who write it down, one is too late.
 */
public final class RolloutDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RolloutDesk.class);

    private static final Duration TAKE_OVER = Duration.ofSeconds(5);

    private final ChangeLog log;
    private final String node;
    private final PlanSteps steps;
    private final OwnerDesk owners;
    private final Evidence evidence;
    private final Clock clock;
    private volatile @Nullable RolloutState state;
    private volatile boolean known;
    private volatile List<Said> said = List.of();
    /** Since when something is due that another node should do. */
    private long waitingRevision = -1;
    private Instant waitingSince = Instant.EPOCH;

    /**
     * What is going on.
     *
     * @param state null when there never was a rollout
     * @param gates what the gates say now, as {@code pass: …}, {@code fail: …} or {@code inconclusive: …}
     */
    public record View(@Nullable RolloutState state, @Nullable Plan plan, List<String> gates) {
    }

    /** @param node name of this one */
    public RolloutDesk(ChangeLog log, String node, FlagDesk flags, OwnerDesk owners, Evidence evidence, Clock clock) {
        this.log = log;
        this.node = node;
        this.owners = owners;
        this.evidence = evidence;
        this.clock = clock;
        this.steps = new PlanSteps(flags, owners, evidence);
        log.follow(new Followed());
    }

    public View view() {
        RolloutState now = state;
        return new View(now, now == null ? null : plan(now), said.stream().map(Said::toString).toList());
    }

    private static Plan plan(RolloutState of) {
        Plan.Read read = Plan.read(of.yaml(), "plan");
        if (read.plan() == null) {
            throw new LogException("the plan cannot be read any more: " + read.problems());
        }
        return read.plan();
    }

    /**
     * Begins a rollout; who owns nobody named yet is the old engine's from here on.
     *
     * @throws IllegalArgumentException when the plan cannot be used. @throws IllegalStateException when one is under way
     */
    public View start(String yaml, String who, String why) {
        Plan.Read read = Plan.read(yaml, "plan");
        if (read.plan() == null) {
            throw new IllegalArgumentException(String.valueOf(read.problems().getFirst()));
        }
        RolloutState now = current();
        if (now != null && now.isOpen()) {
            throw new IllegalStateException("rollout " + plan(now).name() + " is " + now.status().name().toLowerCase(
                    java.util.Locale.ROOT) + " at step " + (now.step() + 1) + "; abort it, or wait for its end");
        }
        steps.begin(read.plan());
        append(now, new RolloutState(0, Status.RUNNING, yaml, 0, null, Evidence.Totals.NONE, Evidence.Totals.NONE,
                List.of(), node, who, clock.instant(), why));
        tick();
        return view();
    }

    /** Leaves the step at once, whatever its gates say; also one that was halted. */
    public View promote(String who, String why) {
        RolloutState now = open();
        next(now, "promoted", who, why);
        tick();
        return view();
    }

    /** Gives everybody back to the old engine, at once. */
    public View abort(String who, String why) {
        RolloutState now = open();
        Plan plan = plan(now);
        steps.giveBack(plan, why);
        append(now, with(now, Status.ABORTED, now.step(), now.entered(), over(now, "aborted"), who, why));
        return view();
    }

    private RolloutState open() {
        RolloutState now = current();
        if (now == null || !now.isOpen()) {
            throw new IllegalStateException("no rollout is under way");
        }
        return now;
    }

    private @Nullable RolloutState current() {
        if (!known) {
            throw new LogException("it is not known yet whether a rollout is under way");
        }
        return state;
    }

    /** Does what is due. To be called again and again by every manager. */
    public synchronized void tick() {
        RolloutState now = state;
        if (!known || now == null || now.status() != Status.RUNNING) {
            said = now != null && now.status() == Status.HALTED ? said : List.of();
            return;
        }
        try {
            Plan plan = plan(now);
            if (now.entered() == null) {
                if (isOthers(now)) {
                    return;
                }
                steps.apply(plan, now.step());
                append(now, new RolloutState(0, Status.RUNNING, now.yaml(), now.step(), clock.instant(),
                        evidence.totals(plan.from()), evidence.totals(plan.to()), now.phases(), node, "rollout",
                        clock.instant(), plan.steps().get(now.step()).words()));
                return;
            }
            judge(plan, now);
        } catch (ChangeLog.ConflictException e) {
            LOG.debug("somebody else was quicker", e);
        } catch (LogException | IllegalArgumentException e) {
            said = List.of(new Said(Verdict.INCONCLUSIVE, "it is tried again: " + e.getMessage()));
            LOG.warn("the rollout cannot go on: {}", e.getMessage());
        }
    }

    /** Whether it is left to the node that did the last thing; not for ever. */
    private boolean isOthers(RolloutState now) {
        if (now.node().equals(node)) {
            return false;
        }
        if (waitingRevision != now.revision()) {
            waitingRevision = now.revision();
            waitingSince = clock.instant();
        }
        return Duration.between(waitingSince, clock.instant()).compareTo(TAKE_OVER) < 0;
    }

    private void judge(Plan plan, RolloutState now) {
        Instant entered = Objects.requireNonNull(now.entered());
        List<Said> asked = PlanGates.ask(plan, now, evidence, clock.instant());
        said = asked;
        boolean failed = asked.stream().anyMatch(s -> s.verdict() == Verdict.FAIL);
        boolean passed = asked.stream().allMatch(s -> s.verdict() == Verdict.PASS)
                && Duration.between(entered, clock.instant()).compareTo(plan.steps().get(now.step()).hold()) >= 0;
        if (!failed && !passed || isOthers(now)) {
            return;
        }
        if (failed) {
            String why = asked.stream().filter(s -> s.verdict() == Verdict.FAIL).findFirst().orElseThrow().toString();
            LOG.warn("rollout {} halts at step {}: {}", plan.name(), now.step() + 1, why);
            append(now, with(now, Status.HALTED, now.step(), now.entered(), over(now, "halted"), "rollout", why));
        } else {
            next(now, "passed", "rollout", "all gates passed");
        }
    }

    private void next(RolloutState now, String result, String who, String why) {
        Plan plan = plan(now);
        boolean isLast = now.step() + 1 >= plan.steps().size();
        append(now, with(now, isLast ? Status.DONE : Status.RUNNING, isLast ? now.step() : now.step() + 1,
                isLast ? now.entered() : null, over(now, result), who, why));
        LOG.info("rollout {}: step {} {}", plan.name(), now.step() + 1, result);
    }

    private List<Phase> over(RolloutState now, String result) {
        List<Phase> phases = new ArrayList<>(now.phases());
        phases.add(new Phase(now.step(), plan(now).steps().get(now.step()).words(), now.entered(), clock.instant(),
                said.stream().map(Said::toString).toList(), result));
        return phases;
    }

    private RolloutState with(RolloutState now, Status status, int step, @Nullable Instant entered, List<Phase> phases,
            String who, String why) {
        return new RolloutState(0, status, now.yaml(), step, entered, now.from(), now.to(), phases, node, who,
                clock.instant(), why);
    }

    private void append(@Nullable RolloutState before, RolloutState next) {
        long revision = before == null ? 0 : before.revision();
        RolloutState numbered = new RolloutState(revision + 1, next.status(), next.yaml(), next.step(), next.entered(),
                next.from(), next.to(), next.phases(), next.node(), next.who(), next.when(), next.why());
        log.append(revision, numbered.json());
        state = numbered;
    }

    /** What came of a rollout, phase by phase, to be sent round; Markdown. */
    public String report() {
        RolloutState now = current();
        if (now == null) {
            return "No rollout was ever started.\n";
        }
        return RolloutReport.of(plan(now), now, owners.owners(), said.stream().map(Said::toString).toList());
    }

    /** The last is what counts. */
    private final class Followed implements ChangeLog.Follower {
        private final UnaryOperator<@Nullable RolloutState> keepNewer = next -> {
            RolloutState now = state;
            return now != null && next != null && now.revision() > next.revision() ? now : next;
        };

        @Override
        public void begin() {
            known = false;
        }

        @Override
        public void change(Change change) {
            try {
                state = keepNewer.apply(RolloutState.read(change));
            } catch (IllegalArgumentException e) {
                LOG.warn("revision {} of the rollout cannot be used: {}", change.revision(), e.getMessage());
            }
        }

        @Override
        public void current() {
            known = true;
        }

        @Override
        public void unreadable(String why) {
            known = false;
        }
    }

    @Override
    public void close() {
        log.close();
    }
}
