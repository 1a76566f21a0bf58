package dev.tocsin.log;

import java.util.List;
import java.util.Map;

/**
 * What the ledger proves.
 *
 * @param verdict {@code balanced}; {@code in flight} when all that is missing is still on its way;
 *            {@code unbalanced}; {@code inconclusive} when nothing was counted
 * @param problems sentences for people, one for each difference
 */
public record AuditReport(String verdict, List<Row> rows, List<Link> links, List<String> problems) {
    /**
     * One stage and customer: {@code in + made = out + dropped + dead + held}, in count, xor and sum of ids.
     *
     * @param dropped counts by reason
     */
    public record Row(String stage, String customer, long in, long made, long out, Map<String, Long> dropped, long dead,
            long held, boolean balanced) {
    }

    /**
     * What was written to a stream against what one reader took from it.
     *
     * @param inFlight records not read yet; negative never
     * @param equal whether count, xor and sum of ids agree; meaningful when nothing is in flight
     */
    public record Link(String stream, String customer, String reader, long written, long read, long inFlight,
            boolean equal) {
    }
}
