package dev.tocsin.node;

import dev.tocsin.health.Checks;
import dev.tocsin.health.Checks.Verdict;
import dev.tocsin.health.Metrics;
import dev.tocsin.process.LookupCounts;
import java.util.function.ToLongFunction;

/** What the stores say of their health, and their numbers. */
final class StoreHealth {
    private static final String STORE = "store";
    private static final double MILLIS = 1000.0;

    private StoreHealth() {
    }

    static void register(NodeStores stores, Checks checks, Metrics metrics) {
        for (String name : stores.names()) {
            checks.register("stores", name, () -> verdict(stores.state(name)));
            if (!stores.state(name).state().equals("client")) {
                numbers(stores, name, metrics);
            }
        }
        stores.counts().forEach((name, counts) -> lookups(name, counts, metrics));
    }

    static Verdict verdict(NodeApi.StoreState state) {
        return state.problem().isEmpty()
                ? Verdict.green("is " + state.state())
                : Verdict.yellow(state.problem());
    }

    private static void numbers(NodeStores stores, String name, Metrics metrics) {
        gauge(stores, name, metrics, "tocsin_store_entries", "Keys in this node's copy", NodeApi.StoreState::entries);
        gauge(stores, name, metrics, "tocsin_store_bytes", "What this node's copy takes",
                NodeApi.StoreState::bytes);
        gauge(stores, name, metrics, "tocsin_store_revision", "Changes that the copy has seen",
                NodeApi.StoreState::revision);
        gauge(stores, name, metrics, "tocsin_store_epoch", "Term of the master that was last heard of; 0 for none",
                NodeApi.StoreState::epoch);
        gauge(stores, name, metrics, "tocsin_store_leads", "1 if this node is its master",
                s -> s.state().equals("master") ? 1 : 0);
        metrics.gauge("tocsin_store_age_seconds",
                "How old what is read may be: 0 at the master, -1 when no master was heard of",
                () -> {
                    long age = stores.state(name).ageMillis();
                    return age < 0 ? -1 : age / MILLIS;
                }, STORE, name);
        metrics.counter("tocsin_store_rebuilt_total", "Copies thrown away since they differed from the master's",
                () -> stores.state(name).rebuilt(), STORE, name);
    }

    private static void gauge(NodeStores stores, String name, Metrics metrics, String metric, String help,
            ToLongFunction<NodeApi.StoreState> value) {
        metrics.gauge(metric, help, () -> value.applyAsLong(stores.state(name)), STORE, name);
    }

    private static void lookups(String name, LookupCounts counts, Metrics metrics) {
        metrics.counter("tocsin_process_lookup_hits_total", "Events that got what the store says", counts::hits, STORE,
                name);
        metrics.counter("tocsin_process_lookup_misses_total", "Events whose value the store does not know",
                counts::misses, STORE, name);
        metrics.counter("tocsin_process_lookup_absent_total", "Events without the field that is looked up",
                counts::absent, STORE, name);
        metrics.counter("tocsin_process_lookup_failed_total",
                "Events that went on as they were, since the store could not be asked or the result had no place",
                counts::failed, STORE, name);
    }
}
