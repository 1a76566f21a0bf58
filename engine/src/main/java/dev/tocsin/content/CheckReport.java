package dev.tocsin.content;

import dev.tocsin.base.Problem;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a check found.
 *
 * @param rules how many rules and correlations loaded
 * @param changed how many rule files differ from the bundle that was checked before, or all
 * @param tests how many tests were run
 * @param untested how many of the changed rules have no test
 * @param fatal what keeps the whole bundle from being used
 * @param refused what keeps single rules from being used
 * @param warnings lint of the changed files
 * @param costs of the changed rules that have tests, the dearest first
 */
public record CheckReport(int rules, int changed, int tests, int untested, List<Problem> fatal, List<Refused> refused,
        List<Problem> warnings, List<Cost> costs) {
    /** Of what was not looked at. */
    static final CheckReport NONE = new CheckReport(0, 0, 0, 0, List.of(), List.of(), List.of(), List.of());

    public CheckReport {
        fatal = List.copyOf(fatal);
        refused = List.copyOf(refused);
        warnings = List.copyOf(warnings);
        costs = List.copyOf(costs);
    }

    /**
     * What a rule will cost.
     *
     * @param nanos to evaluate it for one event of its tests; 0 where it has none
     * @param everyEvent whether nothing rules it out beforehand, so that each event of its log source is evaluated
     */
    public record Cost(String rule, String file, long nanos, boolean everyEvent) {
    }

    /** Ids of rules that must be left out. */
    Set<String> leftOut() {
        Set<String> ids = new TreeSet<>();
        refused.forEach(r -> ids.addAll(r.rules()));
        return ids;
    }

    /** Whether the bundle may go live, with all of it or with what is good of it. */
    boolean isUsable(boolean keepGood) {
        return fatal.isEmpty() && (refused.isEmpty() || keepGood && rules > leftOut().size());
    }
}
