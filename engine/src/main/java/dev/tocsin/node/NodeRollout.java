package dev.tocsin.node;

import dev.tocsin.detect.DetectConfig;
import dev.tocsin.detect.Gate;
import dev.tocsin.health.Checks;
import dev.tocsin.health.Metrics;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.EngineStatus;
import dev.tocsin.log.OperatorRecords;
import dev.tocsin.rollout.FlagDesk;
import dev.tocsin.rollout.Owner;
import dev.tocsin.rollout.OwnerDesk;
import dev.tocsin.rollout.RolloutDesk;
import dev.tocsin.rollout.RolloutState;
import dev.tocsin.rollout.parity.ParityDesk;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What decides about the node's engine: the flags and who owns whom. */
final class NodeRollout implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeRollout.class);
    /** The topics of the changes. */
    private static final String FLAGS = "control-flags";
    private static final String OWNERS = "control-owners";
    private static final String ROLLOUT = "control-rollout";
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final DurableLog log;
    private final FlagDesk flags;
    private final OwnerDesk owners;
    private final NodeEvidence evidence;
    private final RolloutDesk rollouts;
    private final ScheduledExecutorService clock = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("rollout").factory());

    NodeRollout(DurableLog log, DetectConfig detect, String site, String node) {
        this.log = log;
        flags = new FlagDesk(log.changeLog(FLAGS), detect.engine(), detect.engineName(), site, Clock.systemUTC());
        evidence = new NodeEvidence(log);
        OwnerDesk opened = null;
        try {
            opened = new OwnerDesk(log.changeLog(OWNERS), site, Clock.systemUTC());
            rollouts = new RolloutDesk(log.changeLog(ROLLOUT), node, flags, opened, evidence, Clock.systemUTC());
            owners = opened;
        } catch (RuntimeException e) {
            if (opened != null) {
                opened.close();
            }
            flags.close();
            throw e;
        }
    }

    /** From now on this node does what is due in a rollout. */
    void manage(ParityDesk parity) {
        evidence.compareBy(parity);
        clock.scheduleWithFixedDelay(() -> {
            try {
                rollouts.tick();
            } catch (RuntimeException e) {
                LOG.warn("the rollout is looked at again in a moment: {}", e.getMessage());
            }
        }, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    RolloutDesk rollouts() {
        return rollouts;
    }

    /** Waits until all is known, for a while. */
    void await() {
        if (!flags.await(PATIENCE)) {
            LOG.warn("the flags are not known yet; what has a gate is held until they are");
        }
        if (!owners.await(PATIENCE)) {
            LOG.warn("it is not known yet which engine owns whom; detection waits until it is");
        }
    }

    Gate gate() {
        return new EngineGate(flags.gates(), owners.ownership());
    }

    FlagDesk flags() {
        return flags;
    }

    OwnerDesk owners() {
        return owners;
    }

    /** Whether anything that the engine raises is published. */
    private boolean isLive() {
        OwnerDesk.Owners now = owners.owners();
        return now.owners().isEmpty()
                ? flags.gates().mayPublish()
                : now.owners().stream().anyMatch(o -> o.engine().equals(flags.gates().engine()));
    }

    /** @param hasEngine whether stages of an engine run here */
    void register(Checks checks, Metrics metrics, boolean hasEngine) {
        FlagHealth.register(flags.gates(), checks, metrics);
        checks.register("rollout", "owners", () -> {
            String trouble = owners.ownership().trouble();
            return trouble.isEmpty()
                    ? Checks.Verdict.green("revision " + owners.ownership().revision())
                    : Checks.Verdict.yellow("it is not known which engine owns whom: " + trouble
                            + "; detection waits, nothing is dropped");
        });
        checks.register("rollout", "plan", () -> {
            RolloutState state = rollouts.view().state();
            if (state == null || state.status() != RolloutState.Status.HALTED) {
                return Checks.Verdict.green(state == null ? "none" : state.status().name().toLowerCase(Locale.ROOT));
            }
            return Checks.Verdict.yellow("the rollout halted at step " + (state.step() + 1) + ": " + state.why()
                    + "; tocsin rollout promote or abort");
        });
        metrics.gauge("tocsin_rollout_owners_revision", "Revision of who owns whom that this node knows",
                () -> owners.ownership().revision());
        String engine = hasEngine ? flags.gates().engine() : "none";
        BooleanSupplier live = this::isLive;
        metrics.everywhere(
                () -> Map.of("engine", engine, "role", hasEngine ? live.getAsBoolean() ? "live" : "shadow" : "none",
                        "run", "live"));
    }

    /** @throws IllegalStateException when it is in use. @throws IllegalArgumentException when there is none of that name */
    void retire(String engine, String who) {
        EngineStatus status = log.engines().stream().filter(e -> e.engine().equals(engine)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no engine \"" + engine + "\"; there are "
                        + log.engines().stream().map(EngineStatus::engine).toList()));
        List<Owner> owned = owners.owners().owners().stream().filter(o -> o.engine().equals(engine)).toList();
        if (!owned.isEmpty()) {
            throw new IllegalStateException("engine " + engine + " owns " + owned.size() + " customers, such as "
                    + owned.getFirst().customer());
        }
        if (status.workers() > 0) {
            throw new IllegalStateException("engine " + engine + " runs: " + status.workers() + " workers");
        }
        long unread = log.shadow().unread(engine);
        if (unread > 0) {
            throw new IllegalStateException("engine " + engine + " withheld " + unread
                    + " alerts and events that nobody published");
        }
        log.operator().write("engine/" + engine, OperatorRecords.how("retire"), who).join();
        log.forgetEngine(engine);
        LOG.info("{} retired engine {}", who, engine);
    }

    @Override
    public void close() {
        clock.shutdownNow();
        rollouts.close();
        flags.close();
        owners.close();
    }
}
