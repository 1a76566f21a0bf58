package dev.tocsin.rollout;

import dev.tocsin.log.Unavailable;
import dev.tocsin.rollout.Assignment.Route;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which engine owns whom, at each place of the log. A revision holds in a partition behind its mark, so whoever reads the
 * events, sooner or later, again, or in another engine, gets the same answer for each of them. Thread-safe.
 */
public final class Ownership {
    private static final int TABLES_MAX = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Place n is revision n + 1. */
    private final List<OwnerChange> changes = new ArrayList<>();
    private final LinkedHashMap<Integer, Table> tables = new LinkedHashMap<>(16, 0.75f, true);
    private String trouble = "they were not read yet";
    private volatile Table last = Table.NOBODY;

    /** All owners at a revision. */
    private record Table(int revision, Map<Route, String> engines) {
        static final Table NOBODY = new Table(0, Map.of());

        Table with(OwnerChange change) {
            Map<Route, String> next = new HashMap<>(engines);
            for (Assignment assignment : change.set()) {
                if (assignment.engine().isEmpty()) {
                    next.remove(assignment.route());
                } else {
                    next.put(assignment.route(), assignment.engine());
                }
            }
            return new Table(revision + 1, next);
        }

        String of(String customer, String source) {
            if (engines.isEmpty()) {
                return "";
            }
            String engine = engines.get(new Route(customer, source));
            engine = engine != null ? engine : engines.get(new Route(customer, Assignment.ALL));
            engine = engine != null ? engine : engines.get(new Route(Assignment.ALL, source));
            engine = engine != null ? engine : engines.get(new Route(Assignment.ALL, Assignment.ALL));
            return engine != null ? engine : "";
        }
    }

    synchronized void begin() {
        changes.clear();
        tables.clear();
        last = Table.NOBODY;
        trouble = "they are being read";
    }

    synchronized void add(OwnerChange change) {
        changes.add(change);
        notifyAll();
    }

    synchronized void current() {
        trouble = "";
        notifyAll();
    }

    synchronized void trouble(String what) {
        trouble = what;
    }

    /** Why it is not known who owns whom; empty when it is. */
    public synchronized String trouble() {
        return trouble;
    }

    /** The last revision; 0 when nothing was ever owned. */
    public synchronized int revision() {
        return changes.size();
    }

    /** Waits until all is known up to that revision. @return whether it is */
    public synchronized boolean await(int revision, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!trouble.isEmpty() || changes.size() < revision) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            try {
                wait(left);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    /**
     * The revision that holds for what stands there.
     *
     * @param partition of {@code events}
     * @throws Unavailable when it is not known, and was not for some seconds
     */
    public synchronized int at(int partition, long offset) {
        require(0);
        int low = 0;
        int high = changes.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            List<Long> marks = changes.get(middle).offsets();
            if (partition < marks.size() && marks.get(partition) < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * The engine that owns them at that revision; empty when none does.
     *
     * @throws Unavailable when it is not known, and was not for some seconds
     */
    public String owner(String customer, String source, int revision) {
        if (revision == 0) {
            return "";
        }
        Table table = last;
        return (table.revision == revision ? table : table(revision)).of(customer, source);
    }

    private synchronized Table table(int revision) {
        require(revision);
        Table known = tables.get(revision);
        if (known == null) {
            known = Table.NOBODY;
            for (Table table : tables.values()) {
                known = table.revision < revision && table.revision > known.revision ? table : known;
            }
            while (known.revision < revision) {
                known = known.with(changes.get(known.revision));
            }
            if (tables.size() >= TABLES_MAX) {
                tables.pollFirstEntry();
            }
            tables.put(revision, known);
        }
        last = known;
        return known;
    }

    private void require(int revision) {
        if (!await(revision, PATIENCE)) {
            throw new Unavailable("it is not known which engine owns whom"
                    + (trouble.isEmpty() ? ": revision " + revision + " is not there yet" : ": " + trouble));
        }
    }

    /** Who owns whom now, with the change that made it so, in the order of customers and sources. */
    synchronized List<Owner> owners() {
        Map<Route, Owner> owners = new HashMap<>();
        for (OwnerChange change : changes) {
            for (Assignment a : change.set()) {
                if (a.engine().isEmpty()) {
                    owners.remove(a.route());
                } else {
                    owners.put(a.route(),
                            new Owner(a.customer(), a.source(), a.engine(), change.revision(), change.who(),
                                    change.when(), change.why()));
                }
            }
        }
        return owners.values().stream().sorted(Owner.ORDER).toList();
    }
}
