package dev.tocsin.content;

import dev.tocsin.base.Problem;
import java.util.List;

/**
 * What came of a push, or would come.
 *
 * @param state {@code announced}, {@code unchanged} when it is announced already, {@code checked} when it was only tried,
 * {@code refused}
 * @param revision of the announcement; 0 when there is none
 * @param problems why it was refused
 * @param refused rules that are left out, or for which it was refused
 */
public record PushOutcome(String state, long revision, String bundle, String commit, long bytes, int rules, int changed,
        int tests, int untested, List<Problem> problems, List<Refused> refused, List<Problem> warnings,
        List<CheckReport.Cost> costs) {
    static PushOutcome of(String state, long revision, Bundle bundle, long bytes, CheckReport report) {
        return new PushOutcome(state, revision, bundle.sha256(), bundle.commit(), bytes, report.rules(), report
                .changed(), report.tests(), report.untested(), report.fatal(), report.refused(), report.warnings(),
                report.costs());
    }

    public boolean wasRefused() {
        return state.equals("refused");
    }

    /** Every reason in a line of its own. */
    public List<String> reasons() {
        return java.util.stream.Stream.concat(problems.stream(), refused.stream().map(Refused::problem)).map(
                Problem::toString).toList();
    }
}
