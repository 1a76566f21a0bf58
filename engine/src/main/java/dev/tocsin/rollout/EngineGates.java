package dev.tocsin.rollout;

import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.FlagEvaluationDetails;
import dev.tocsin.rollout.Decision.Reason;
import dev.tocsin.rollout.FlagSet.Fixed;
import dev.tocsin.rollout.FlagSet.Prepared;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The gates of one engine. An answer is one look into a map by the customer: what the flags say to this engine of a customer
 * is asked once, through OpenFeature, and kept until they change. When it differs from event to event, what is left of the
 * targeting is kept, with all that engine and customer decide folded away, and evaluated for each.
 */
public final class EngineGates {
    /** Customers are few; names that somebody makes up must not fill the memory. */
    private static final int CUSTOMERS_MAX = 100_000;

    private final String engine;
    private final boolean isNamed;
    private final String site;
    private final FlagStore store;
    private final FlagProvider provider;
    private final Client client;
    /** By flag and passage. */
    private final LongAdder[][] counts = new LongAdder[GateFlag.values().length][Passage.values().length];
    private volatile View view;

    /** What is known of one revision. A new one is made for each, so nothing of the one before can stay. */
    private record View(FlagSet flags, boolean isIdle, Map<String, Prepared> ingress, Map<String, Prepared> egress,
            Map<String, String> troubles) {
        static View of(FlagSet flags, Subject anybody) {
            boolean isIdle = true;
            for (GateFlag flag : GateFlag.values()) {
                isIdle &= flags.forAll(flag.key(), anybody) == Decision.NO_GATE;
            }
            return new View(flags, isIdle, new ConcurrentHashMap<>(), new ConcurrentHashMap<>(),
                    new ConcurrentHashMap<>());
        }
    }

    EngineGates(String engine, boolean isNamed, String site, FlagStore store, FlagProvider provider, Client client) {
        this.engine = engine;
        this.isNamed = isNamed;
        this.site = site;
        this.store = store;
        this.provider = provider;
        this.client = client;
        for (LongAdder[] ofFlag : counts) {
            Arrays.setAll(ofFlag, _ -> new LongAdder());
        }
        view = View.of(store.state().flags(), subject("", "", "", ""));
        store.listen(this::refresh);
    }

    private void refresh() {
        view = View.of(store.state().flags(), subject("", "", "", ""));
    }

    public String engine() {
        return engine;
    }

    public String site() {
        return site;
    }

    public boolean isNamed() {
        return isNamed;
    }

    Subject subject(String customer, String source, String rule, Object key) {
        return new Subject(engine, isNamed, customer, source, site, rule, key);
    }

    /** Whether there are no gates: an engine without a name, and no flag was ever set. Costs nothing. */
    public boolean areIdle() {
        return view.isIdle;
    }

    /** @param event its id; only its text counts, and only when a share is to be told */
    public Decision ingress(String customer, String source, Object event) {
        return ask(GateFlag.INGRESS, customer, source, "", event);
    }

    /** @param alert its id, as for {@link #ingress} */
    public Decision egress(String customer, String source, String rule, Object alert) {
        return ask(GateFlag.EGRESS, customer, source, rule, alert);
    }

    private Decision ask(GateFlag flag, String customer, String source, String rule, Object key) {
        View now = view;
        Map<String, Prepared> known = flag == GateFlag.INGRESS ? now.ingress : now.egress;
        Prepared prepared = known.get(customer);
        if (prepared == null) {
            if (known.size() >= CUSTOMERS_MAX) {
                known.clear();
            }
            prepared = prepare(flag, subject(customer, source, rule, key));
            known.put(customer, prepared);
        }
        Decision fixed = prepared.fixed();
        Decision decision = fixed != null ? fixed : prepared.decide(subject(customer, source, rule, key));
        if (decision.passage() == Passage.HELD) {
            now.troubles.putIfAbsent(flag.key(), decision.why());
        }
        counter(flag, decision.passage()).increment();
        return decision;
    }

    private Prepared prepare(GateFlag flag, Subject subject) {
        FlagEvaluationDetails<Boolean> details = client.getBooleanDetails(flag.key(), false,
                FlagProvider.context(subject));
        Prepared ours = provider.prepare(flag.key(), subject);
        boolean varies = details.getFlagMetadata() != null
                && Boolean.TRUE.equals(details.getFlagMetadata().getBoolean(FlagProvider.VARIES));
        Decision said = ours.fixed();
        if (varies || said != null && agrees(said, details)) {
            return ours;
        }
        // Somebody between us and the flags, such as a hook of OpenFeature, failed or thinks otherwise.
        return new Fixed(Decision.held(Reason.ERROR, flag.key() + " was answered by OpenFeature with "
                + details.getErrorCode() + " " + details.getErrorMessage()));
    }

    private static boolean agrees(Decision ours, FlagEvaluationDetails<Boolean> details) {
        return ours.passage() == Passage.HELD
                ? details.getErrorCode() != null
                : details.getErrorCode() == null && details.getValue() == (ours.passage() == Passage.OPEN);
    }

    private LongAdder counter(GateFlag flag, Passage passage) {
        return counts[flag.ordinal()][passage.ordinal()];
    }

    /** How often a gate has said that since the start. */
    public long count(GateFlag flag, Passage passage) {
        return counter(flag, passage).sum();
    }

    /** By flag, why it holds what comes, as far as is known; empty when all is well. */
    public Map<String, String> troubles() {
        View now = view;
        Map<String, String> troubles = new TreeMap<>(now.troubles);
        for (GateFlag flag : GateFlag.values()) {
            Decision forAll = now.flags.forAll(flag.key(), subject("", "", "", ""));
            if (forAll != null && forAll.passage() == Passage.HELD) {
                troubles.put(flag.key(), forAll.why());
            }
        }
        return troubles;
    }

    /** Whether there may be an alert that the flags let out. */
    public boolean mayPublish() {
        Prepared egress = view.flags.prepare(GateFlag.EGRESS.key(), subject("", "", "", ""));
        Decision fixed = egress.fixed();
        return fixed == null || fixed.passage() == Passage.OPEN;
    }

    /** The revision of the flags by which this engine decides now. */
    public long revision() {
        return view.flags.revision();
    }
}
