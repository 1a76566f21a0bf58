package dev.tocsin.detect;

import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import dev.tocsin.log.Mark;
import dev.tocsin.log.Output;
import dev.tocsin.log.OwnershipMark;
import dev.tocsin.log.Past;
import dev.tocsin.log.ShadowBox;
import dev.tocsin.log.Stage;
import dev.tocsin.log.State;
import dev.tocsin.log.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * From {@code events} to {@code alerts}: one alert for each rule that an event matches. The event is then done; if a rule
 * failed on it, the alerts of the other rules are raised all the same, and the rule looks at it again when it has changed
 * ({@link ParkedRules}). What correlations
 * want goes to {@code matches}, through {@link MatchFeed}; a rule that only feeds them raises no alert.
 *
 * <p>What the {@link Gate} does not let in is not matched; an alert that it does not let out waits in {@code shadow}.
 *
 * <p>What rules see of an event {@link Ruleset#match} says. An event that matches nothing is only read by the matcher; a tree
 * is made of it when an alert needs one.
 */
public final class DetectStage implements Stage {
    /** There is other work when so long ago something was handled. */
    private static final long BUSY_NANOS = 300_000_000L;

    private final ActiveRules active;
    private final Alerts alerts;
    private final MatchFeed feed;
    private final Verification verification;
    private final Gate gate;
    /** The revision of the owners that holds before the first event of the batch. */
    private int owners;
    private final @Nullable Quarantine quarantine;
    private final @Nullable ParkedRules parked;
    /** Where the events of the batch stand. */
    private long[] offsets = {};
    private long handledNanos = System.nanoTime() - BUSY_NANOS;

    /**
     * What a stage needs to park rules.
     *
     * @param past reads {@code events}; closed by the stage
     */
    public record Parking(Quarantine quarantine, Past past) {
    }

    /** An engine that handles everything and publishes everything. */
    public DetectStage(ActiveRules active, Alerts alerts, MatchFeed feed, int verifyOneIn) {
        this(active, alerts, feed, verifyOneIn, Gate.NONE);
    }

    /** @param verifyOneIn one event in so many is matched in two ways; 0: none */
    public DetectStage(ActiveRules active, Alerts alerts, MatchFeed feed, int verifyOneIn, Gate gate) {
        this(active, alerts, feed, verifyOneIn, gate, null);
    }

    /**
     * @param parking where there is none, no rule is parked, and an event on which a rule fails is dead
     */
    public DetectStage(ActiveRules active, Alerts alerts, MatchFeed feed, int verifyOneIn, Gate gate,
            @Nullable Parking parking) {
        this.quarantine = parking == null ? null : parking.quarantine();
        this.parked = parking == null
                ? null
                : new ParkedRules(parking.quarantine(), alerts, gate, parking.past(), this::late, () -> owners);
        this.active = active;
        this.alerts = alerts;
        this.feed = feed;
        this.verification = new Verification(active, verifyOneIn);
        this.gate = gate;
    }

    @Override
    public void assigned(int partition, State state) {
        feed.assigned(partition, state);
        if (parked != null) {
            parked.assigned(partition, state);
        }
    }

    @Override
    public void revoked(int partition) {
        feed.revoked(partition);
        if (parked != null) {
            parked.revoked(partition);
        }
    }

    @Override
    public void rewound(int partition) {
        if (parked != null) {
            parked.rewound(partition);
        }
    }

    @Override
    public void idle(int partition, Output out) {
        feed.idle(partition, active.ruleset().correlations(), out);
    }

    @Override
    public boolean beside(int partition, long next, Output out) {
        if (parked == null) {
            return false;
        }
        boolean busy = System.nanoTime() - handledNanos < BUSY_NANOS;
        return parked.beside(partition, active.ruleset(), next, busy, out);
    }

    @Override
    public void offsets(int partition, long[] of) {
        offsets = of;
        owners = gate.owners(partition, of[0]);
    }

    @Override
    public boolean wantsMarks() {
        return true;
    }

    @Override
    public void handle(int partition, List<Event> events, Output out) {
        Batch batch = new Batch(partition, active.ruleset(), out);
        handledNanos = System.nanoTime();
        for (int i = 0; i < events.size(); i++) {
            Event in = events.get(i);
            if (Mark.is(in)) {
                owners = Math.max(owners, OwnershipMark.revision(in));
                continue;
            }
            Gate.Verdict way = gate.ingress(in.customer(), in.source(), in.id(), owners);
            if (way.isOpen()) {
                batch.match(in, i < offsets.length ? offsets[i] : 0);
            } else {
                turnAway(in, way, out);
            }
        }
        feed.handled(partition, events, batch.ruleset.correlations(), out);
        batch.count();
    }

    /** One batch in the making. */
    private final class Batch {
        private final int partition;
        private final Ruleset ruleset;
        /** The rules without those that are parked, once they are compiled. */
        private Ruleset matching;
        private final Output out;
        private final @Nullable Debts debts;
        private final List<String> hits = new ArrayList<>();
        private final List<String> failed = new ArrayList<>();
        private int raised;
        private int unkeyed;

        Batch(int partition, Ruleset ruleset, Output out) {
            this.partition = partition;
            this.ruleset = ruleset;
            this.out = out;
            this.debts = parked == null
                    ? null
                    : parked.begin(partition, ruleset, offsets.length == 0 ? 0 : offsets[0], out);
            this.matching = parked == null || debts == null ? ruleset : parked.matching(debts, ruleset);
        }

        void match(Event in, long offset) {
            if (quarantine == null) {
                active.costs().sample(matching, in);
            } else {
                active.costs().sample(matching, in, quarantine::measure);
            }
            long begun = System.nanoTime();
            Ruleset.Matches found = matching.match(in.json(), in.logSource());
            if (quarantine != null) {
                quarantine.matched(matching, in, System.nanoTime() - begun);
            }
            Ruleset.Matches matches = verification.verified(found, matching, in);
            if (!matches.rules().isEmpty()) {
                JsonNode body = body(in);
                matches.rules().forEach(rule -> hit(rule, in, body, offset));
            }
            List<Ruleset.Failure> failures = matches.failures().stream().filter(f -> !isParked(f.rule())).toList();
            failures.forEach(f -> failed.add(f.rule().id()));
            if (failures.isEmpty() || parked == null || debts == null) {
                settle(in, failures);
            } else {
                failures.forEach(f -> parked.failed(partition, debts, ruleset, f, offset, out));
                out.done(in);
            }
        }

        private void settle(Event in, List<Ruleset.Failure> failures) {
            if (failures.isEmpty()) {
                out.done(in);
            } else {
                out.dead(in, cause(failures));
            }
        }

        private boolean isParked(DetectionRule rule) {
            return debts != null && debts.isParked(rule.id());
        }

        private void hit(DetectionRule rule, Event in, JsonNode body, long offset) {
            boolean raises = !ruleset.correlations().isSilent(rule.id());
            if (isParked(rule) || parked != null && debts != null && raises
                    && !parked.mayRaise(partition, debts, ruleset, rule, in, offset, out)) {
                return;
            }
            hits.add(rule.id());
            unkeyed += feed.matched(ruleset, rule, in, body, owners, out);
            if (raises) {
                raised += publish(gate, rule.id(), alerts.alert(rule, in, body, ruleset.content()), owners,
                        out);
            }
            active.hit(rule.id(), in.time());
        }

        /** Last, so that a batch that fails and is tried again is not counted twice. */
        void count() {
            active.count(hits, failed, raised);
            active.unkeyed(unkeyed);
            if (parked != null && debts != null) {
                parked.handled(partition, debts, offsets.length == 0 ? 0 : offsets[offsets.length - 1] + 1);
            }
        }
    }

    /**
     * A rule that catches up matched. What the gate does not let in by now may have been let in when it came, and is
     * nobody else's to find: the alert is held.
     */
    private int late(Ruleset ruleset, DetectionRule rule, Event in, int owners, Output out) {
        JsonNode body = body(in);
        int unkeyed = feed.matched(ruleset, rule, in, body, owners, out);
        int raised = 0;
        if (!ruleset.correlations().isSilent(rule.id())) {
            Event alert = alerts.alert(rule, in, body, ruleset.content());
            Gate.Verdict way = gate.ingress(in.customer(), in.source(), in.id(), owners);
            if (way.isOpen()) {
                raised = publish(gate, rule.id(), alert, owners, out);
            } else {
                hold(alert, way, out);
            }
        }
        active.hit(rule.id(), in.time());
        active.count(List.of(rule.id()), List.of(), raised);
        active.unkeyed(unkeyed);
        return raised;
    }

    @Override
    public void close() {
        if (parked != null) {
            parked.close();
        }
    }

    /** What is another engine's is only counted: it is in the log, and that engine has it. */
    private static void turnAway(Event in, Gate.Verdict way, Output out) {
        if (way.passage() == Gate.Passage.CLOSED) {
            out.drop(in, "ingress_closed");
        } else {
            out.hold(Stream.SHADOW, in, way.reason());
        }
    }

    /** @return how many alerts that makes for others to see */
    static int publish(Gate gate, String rule, Event alert, int owners, Output out) {
        Gate.Verdict way = gate.egress(alert.customer(), alert.source(), rule, alert.id(), owners);
        if (way.isOpen()) {
            out.make(Stream.ALERTS, alert);
            return 1;
        }
        hold(alert, way, out);
        return 0;
    }

    private static void hold(Event alert, Gate.Verdict way, Output out) {
        out.makeHeld(Stream.SHADOW, alert, way.passage() == Gate.Passage.CLOSED
                ? ShadowBox.decided(way.reason())
                : way.reason());
    }

    /** What an alert tells about comes from the sender, not from what we added. */
    static JsonNode body(Event in) {
        JsonNode body = Json.read(in.json());
        if (body instanceof ObjectNode whole && !(whole.get("vendor") instanceof ObjectNode)) {
            JsonNode ours = whole.remove("tocsin");
            if (ours != null && ours.get(Alerts.ENRICHED) instanceof ArrayNode enriched) {
                whole.putObject("tocsin").set(Alerts.ENRICHED, enriched);
            }
            if (whole.get("event") instanceof ObjectNode inner) {
                inner.remove("original");
            }
        }
        return body;
    }

    private static String cause(List<Ruleset.Failure> failures) {
        return failures.stream().map(f -> "rule " + f.rule().id() + " \"" + f.rule().title() + "\" (" + f.rule().file()
                + ") failed: " + f.cause()).collect(Collectors.joining("; ", "", "; the other rules were applied"));
    }
}
