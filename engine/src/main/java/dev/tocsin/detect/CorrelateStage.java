package dev.tocsin.detect;

import dev.tocsin.base.Problem;
import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Origin;
import dev.tocsin.log.Mark;
import dev.tocsin.log.Output;
import dev.tocsin.log.Stage;
import dev.tocsin.log.State;
import dev.tocsin.log.Stream;
import dev.tocsin.sigma.correlate.AlertNames;
import dev.tocsin.sigma.correlate.CorrelationSet;
import dev.tocsin.sigma.correlate.CorrelationStore;
import dev.tocsin.sigma.correlate.Correlator;
import dev.tocsin.sigma.correlate.Evicted;
import dev.tocsin.sigma.correlate.Firing;
import dev.tocsin.sigma.correlate.KeyedMatch;
import dev.tocsin.sigma.correlate.Limits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * From {@code matches} to {@code alerts}: keeps the groups of its partitions and decides about them as the watermarks
 * between the matches tell it. It asks no clock, so what it says follows from the stream alone.
 *
 * <p>A match is done when its group has taken it; what it leads to is decided later, from the state. One that came behind
 * the watermark is dead with that cause; one whose correlation was changed or removed is dropped. What a correlation finds
 * for another goes back into {@code matches}, and the watermark of the upper level after it.
 */
public final class CorrelateStage implements Stage {
    private static final AlertNames NAMES = (name, events) -> MatchRecord
            .id(EventId.ofAlert(name, events.stream().map(MatchRecord::id).toList()));
    private static final int REPORTED_MAX = 5;
    private static final long MINUTE_MILLIS = 60_000;

    private final ActiveRules active;
    private final Alerts alerts;
    private final Limits limits;
    private final int sources;
    private final Consumer<Problem> alarms;
    private final Gate gate;
    private final Map<Integer, Partition> partitions = new HashMap<>();

    /** What is known of a partition. */
    private static final class Partition {
        private final State state;
        private final SourceClocks clocks;
        private long lossTold = Long.MIN_VALUE;
        /** The revision of the owners of the latest match. */
        private int owners;
        private CorrelationSet set;
        private Correlator correlator;

        Partition(State state, int sources, CorrelationSet set, Limits limits) {
            this.state = state;
            this.clocks = new SourceClocks(sources, state);
            this.set = set;
            this.correlator = new Correlator(set, NAMES, limits, store(state));
        }

        /** Groups of correlations that mean the same as before are kept. */
        void exchange(CorrelationSet next, Limits limits) {
            if (next != set) {
                set = next;
                correlator = new Correlator(next, NAMES, limits, store(state));
            }
        }

        private static CorrelationStore store(State state) {
            return new CorrelationStore() {
                @Override
                public void put(String key, byte[] value) {
                    state.put(key, value);
                }

                @Override
                public void remove(String key) {
                    state.remove(key);
                }

                @Override
                public Map<String, byte[]> entries() {
                    return state.entries();
                }
            };
        }
    }

    /** An engine that publishes everything. */
    public CorrelateStage(ActiveRules active, Alerts alerts, CorrelateConfig config, int sources,
            Consumer<Problem> alarms) {
        this(active, alerts, config, sources, alarms, Gate.NONE);
    }

    /** @param sources number of partitions of {@code events} and of {@code matches} */
    public CorrelateStage(ActiveRules active, Alerts alerts, CorrelateConfig config, int sources,
            Consumer<Problem> alarms, Gate gate) {
        this.active = active;
        this.alerts = alerts;
        this.limits = new Limits(config.groupsMax(), config.stateMax().bytes());
        this.sources = sources;
        this.alarms = alarms;
        this.gate = gate;
    }

    @Override
    public void assigned(int partition, State state) {
        partitions.put(partition, new Partition(state, sources, active.ruleset().correlations(), limits));
    }

    @Override
    public void revoked(int partition) {
        partitions.remove(partition);
    }

    /** The past comes again: it is looked at as if it were for the first time, and its alerts have the same ids. */
    @Override
    public void rewound(int partition) {
        Partition known = partition(partition);
        List.copyOf(known.state.entries().keySet()).forEach(known.state::remove);
        assigned(partition, known.state);
    }

    private Partition partition(int number) {
        Partition partition = partitions.get(number);
        if (partition == null) {
            throw new IllegalStateException("partition " + number + " was not assigned");
        }
        return partition;
    }

    @Override
    public boolean wantsMarks() {
        return true;
    }

    @Override
    public void handle(int number, List<Event> events, Output out) {
        Partition partition = partition(number);
        Ruleset ruleset = active.ruleset();
        partition.exchange(ruleset.correlations(), limits);
        List<String> hits = new ArrayList<>();
        int raised = 0;
        for (Event in : events) {
            if (Mark.is(in)) {
                partition.clocks.update(WatermarkRecord.read(in));
                raised += advance(number, partition, ruleset, hits, out);
            } else {
                accept(partition, in, out);
            }
        }
        partition.clocks.save();
        partition.correlator.save();
        report(number, partition, ruleset.content(), out);
        active.count(hits, List.of(), raised);
    }

    private static void accept(Partition partition, Event in, Output out) {
        KeyedMatch match = MatchRecord.read(in);
        partition.owners = Math.max(partition.owners, match.stamp());
        switch (partition.correlator.accept(match)) {
            case ACCEPTED -> out.done(in);
            case UNKNOWN -> out.drop(in, "correlation_changed");
            case LATE -> {
                CorrelationSet.Plan plan = partition.set.plan(match.correlation()).orElseThrow();
                if (plan.level() > 0) {
                    // A finding comes before its watermark, so this one was made again, after a rewind.
                    out.drop(in, "decided_before_rewind");
                    return;
                }
                out.dead(in, "late for correlation " + plan.rule().id() + " \"" + plan.rule().head().title()
                        + "\": the event is of " + Instant.ofEpochMilli(match.timeMillis())
                        + ", and everything before "
                        + Instant.ofEpochMilli(partition.correlator.watermark(plan.level()))
                        + " was decided; detect.correlate.lateness says how late an event may be");
            }
        }
    }

    /** @return how many alerts were raised */
    private int advance(int number, Partition partition, Ruleset ruleset, List<String> hits, Output out) {
        int raised = 0;
        int levels = partition.set.levels();
        for (int level = 0; level < levels; level++) {
            long watermark = partition.clocks.watermark(level);
            if (watermark <= partition.correlator.watermark(level)) {
                continue;
            }
            for (Firing firing : partition.correlator.advance(level, watermark)) {
                hits.add(firing.rule().id());
                if (!firing.silent()) {
                    raised += DetectStage.publish(gate, firing.rule().id(), alerts.alert(firing, ruleset.content()),
                            firing.stamp(), out);
                }
                Origin origin = alerts.origin();
                firing.onward().forEach(m -> out.route(Stream.MATCHES, MatchRecord.event(m, "correlate", origin)));
            }
            if (level + 1 < levels) {
                out.mark(Stream.MATCHES,
                        new WatermarkRecord(level + 1, number, watermark, false).mark("correlate", alerts.site()));
            }
        }
        return raised;
    }

    /** What is forgotten before its time may be an alert that is lost: it is said. */
    private void report(int number, Partition partition, String content, Output out) {
        List<Evicted> evicted = partition.correlator.takeEvicted();
        if (evicted.isEmpty()) {
            return;
        }
        active.evicted(evicted.size());
        Evicted first = evicted.getFirst();
        Instant at = Instant.ofEpochMilli(Math.max(0, partition.correlator.watermark(0)));
        // One in a minute of the events' time tells enough.
        if (at.toEpochMilli() / MINUTE_MILLIS != partition.lossTold) {
            partition.lossTold = at.toEpochMilli() / MINUTE_MILLIS;
            DetectStage.publish(gate, EngineAlerts.LOSS,
                    new EngineAlerts(alerts).forgotten(first, evicted.size(), number, at, content),
                    partition.owners, out);
        }
        for (Evicted one : evicted.subList(0, Math.min(REPORTED_MAX, evicted.size()))) {
            alarms.accept(new Problem("E420", one.rule().head().file() + ":" + one.rule().head().line(),
                    "correlation " + one.rule().id() + " forgot " + one.matches() + " matches of the group "
                            + one.group().values() + " of customer " + one.group().customer() + ": " + one.cause(),
                    "alerts of this group may be missing; raise detect.correlate.groups_max or state_max, or group by less"));
        }
        if (evicted.size() > REPORTED_MAX) {
            alarms.accept(new Problem("E420", "detect.correlate",
                    evicted.size() - REPORTED_MAX + " more groups were forgotten in the same batch",
                    "alerts of these groups may be missing; raise detect.correlate.groups_max or state_max"));
        }
    }
}
