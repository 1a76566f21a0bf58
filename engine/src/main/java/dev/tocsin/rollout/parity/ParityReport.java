package dev.tocsin.rollout.parity;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a comparison found. {@code first} is what counts as right: an alert that only it has is missing, one that only {@code
 * second} has is extra.
 *
 * @param from alert time from which, included
 * @param to alert time to which, not included
 * @param verdict {@code pass}, {@code fail} or {@code inconclusive}
 * @param reason why that verdict, in a sentence
 * @param firstAlerts records of the first side in that time
 * @param missing only the first side has them
 * @param different both have them, with other content
 * @param floor differences between two runs of one engine, which are noise; 0 when that was not looked into
 * @param groups the largest first
 * @param moreGroups how many others have differences
 * @param unnamed how many records were not looked into because too much differs; their differences are not counted
 * @param notes what a reader should know
 * @param asked when
 */
public record ParityReport(String first, String second, Instant from, Instant to, String verdict, String reason,
        long firstAlerts, long secondAlerts, long missing, long extra, long different, long floor, List<Group> groups,
        int moreGroups, long unnamed, LedgerSays ledger, List<String> notes, Instant asked, long tookMillis) {
    public static final String PASS = "pass";
    public static final String FAIL = "fail";
    public static final String INCONCLUSIVE = "inconclusive";

    /**
     * The differences of a rule at a customer.
     *
     * @param floor of the rule, over all customers
     * @param judged whether they count: what an engine did not let in it cannot find
     * @param fields how many of the alerts looked into differ in that field
     * @param examples some of them, by time
     */
    public record Group(String rule, String title, String customer, long missing, long extra, long different,
            long floor, boolean judged, Map<String, Long> fields, List<Example> examples) {
        public Group {
            fields = Map.copyOf(fields);
            examples = List.copyOf(examples);
        }

        long all() {
            return missing + extra + different;
        }
    }

    /** @param kind {@code missing}, {@code extra} or {@code different}. @param fields that differ, where both have it */
    public record Example(String kind, String id, Instant time, List<String> fields) {
        public Example {
            fields = List.copyOf(fields);
        }
    }

    /**
     * What the ledger says: which minutes of which customers differ in ids.
     *
     * @param usable whether it speaks of both sides: not of replays, nor of an engine that was made to read again
     * @param cells minutes of customers in which anything was raised
     * @param differing of these
     */
    public record LedgerSays(boolean usable, long cells, long differing) {
        static final LedgerSays NOTHING = new LedgerSays(false, 0, 0);
    }

    public ParityReport {
        groups = List.copyOf(groups);
        notes = List.copyOf(notes);
    }

    public boolean passed() {
        return verdict.equals(PASS);
    }

    /** All that differs and was counted. */
    public long differences() {
        return missing + extra + different;
    }
}
