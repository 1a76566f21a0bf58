package dev.tocsin.log;

import dev.tocsin.event.Digest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Checks what the ledger must satisfy: in each stage {@code in + made = out + dropped + dead + held}, and between
 * stages that what was written to a stream is what each of its readers read.
 */
final class Audit {
    private record Seat(String stage, String customer) implements Comparable<Seat> {
        @Override
        public int compareTo(Seat o) {
            int byStage = stage.compareTo(o.stage);
            return byStage != 0 ? byStage : customer.compareTo(o.customer);
        }
    }

    private final Map<Ledger.Sum, Digest> sums;
    private final Map<String, Integer> generations;
    private final Set<String> rewritten = new TreeSet<>();
    private final List<String> problems = new ArrayList<>();
    private boolean inFlight;

    private Audit(Map<Ledger.Sum, Digest> sums, Map<String, Integer> generations) {
        this.sums = sums;
        this.generations = generations;
    }

    /** @param behind whether a stage here has not handled all of its input; one that reads again shows it only so */
    static AuditReport of(Map<Ledger.Sum, Digest> sums, Map<String, Integer> generations, boolean behind) {
        Audit audit = new Audit(sums, generations);
        audit.inFlight = behind;
        List<AuditReport.Row> rows = audit.rows();
        List<AuditReport.Link> links = audit.links();
        String verdict = !audit.problems.isEmpty()
                ? "unbalanced"
                : rows.isEmpty() ? "inconclusive" : audit.inFlight ? "in flight" : "balanced";
        return new AuditReport(verdict, rows, links, List.copyOf(audit.problems));
    }

    private List<AuditReport.Row> rows() {
        Map<Seat, Map<String, Digest>> seats = new TreeMap<>();
        sums.forEach((sum, digest) -> seats.computeIfAbsent(new Seat(sum.stage(), sum.customer()), _ -> new TreeMap<>())
                .merge(sum.kind(), digest, Digest::plus));
        List<AuditReport.Row> rows = new ArrayList<>();
        seats.forEach((seat, kinds) -> rows.add(row(seat, kinds)));
        return rows;
    }

    private AuditReport.Row row(Seat seat, Map<String, Digest> kinds) {
        Map<String, Long> dropped = new TreeMap<>();
        Digest came = Digest.EMPTY;
        Digest went = Digest.EMPTY;
        for (Map.Entry<String, Digest> e : kinds.entrySet()) {
            switch (e.getKey()) {
                case "in", "made" -> came = came.plus(e.getValue());
                default -> went = went.plus(e.getValue());
            }
            if (e.getKey().startsWith("dropped:")) {
                dropped.put(e.getKey().substring("dropped:".length()), e.getValue().count());
            }
        }
        boolean balanced = came.equals(went);
        if (!balanced) {
            Digest gap = came.minus(went);
            problems.add("stage " + seat.stage + ", customer " + seat.customer + ": came " + came.count() + ", went "
                    + went.count()
                    + (gap.count() == 0 ? ", as many but not the same ids" : ", difference " + gap.count()));
        }
        return new AuditReport.Row(seat.stage, seat.customer, count(kinds, "in"), count(kinds, "made"),
                count(kinds, "out"), dropped, count(kinds, "dead"), count(kinds, "held"), balanced);
    }

    private static long count(Map<String, Digest> kinds, String kind) {
        return kinds.getOrDefault(kind, Digest.EMPTY).count();
    }

    private List<AuditReport.Link> links() {
        Map<String, Map<String, Digest>> written = new TreeMap<>();
        Map<String, Set<String>> readers = new HashMap<>();
        sums.forEach((sum, digest) -> {
            if (sum.stream().equals(BatchOutput.NOWHERE)) {
                return;
            }
            if (sum.kind().equals("out")) {
                if (generations.getOrDefault(sum.stage(), 0) > 0) {
                    rewritten.add(sum.stream());
                }
                written.computeIfAbsent(sum.stream(), _ -> new TreeMap<>()).merge(sum.customer(), digest, Digest::plus);
            }
            if (sum.kind().equals("in")) {
                readers.computeIfAbsent(sum.stream(), _ -> new TreeSet<>()).add(sum.stage());
            }
        });
        List<AuditReport.Link> links = new ArrayList<>();
        written.forEach((stream, byCustomer) -> byCustomer.forEach((customer, digest) -> {
            for (String reader : readers.getOrDefault(stream, Set.of())) {
                links.add(link(stream, customer, reader, digest));
            }
        }));
        return links;
    }

    private AuditReport.Link link(String stream, String customer, String reader, Digest written) {
        Digest read = sums.getOrDefault(new Ledger.Sum(reader, stream, customer, "in"), Digest.EMPTY);
        boolean equal = read.equals(written);
        boolean rereads = generations.getOrDefault(reader, 0) > 0 || rewritten.contains(stream);
        long missing = written.count() - read.count();
        if (!equal && !rereads) {
            if (missing > 0) {
                inFlight = true;
            } else {
                problems.add("stream " + stream + ", customer " + customer + ": " + written.count()
                        + " written, but stage " + reader + " read " + read.count()
                        + (missing == 0 ? " of other ids" : ""));
            }
        }
        return new AuditReport.Link(stream, customer, reader, written.count(), read.count(), Math.max(0, missing),
                equal);
    }
}
