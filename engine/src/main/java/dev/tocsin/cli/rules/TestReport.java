package dev.tocsin.cli.rules;

import dev.tocsin.sigma.RuleTests;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The outcome of rule tests for people: what failed and why, what no test noticed, and a sum. */
final class TestReport {
    private static final int UNTESTED_MAX = 10;
    private static final int CHANGES_MAX = 5;

    private final Output output;
    private final boolean changedOnly;

    TestReport(Output output, boolean changedOnly) {
        this.output = output;
        this.changedOnly = changedOnly;
    }

    void print(RuleTests.Report report) {
        output.problems(report.problems());
        long failed = 0;
        for (RuleTests.Case one : report.cases()) {
            if (!one.passed()) {
                failed++;
                output.line(one.file() + ":" + one.line() + ": " + output.paint("31", one.name()) + " "
                        + one.failure());
            }
        }
        RuleTests.Mutation mutation = report.mutation();
        if (mutation != null) {
            survivors(mutation.survivors());
        }
        List<RuleTests.Untested> untested = report.untested();
        untested.stream().limit(UNTESTED_MAX).forEach(rule -> output
                .said(rule.file() + ":" + rule.line() + ": warning: no tests for \"" + rule.title() + "\""));
        if (untested.size() > UNTESTED_MAX) {
            output.said("and " + (untested.size() - UNTESTED_MAX) + " more rules have no tests (-o json lists all)");
        }
        if (changedOnly && report.cases().isEmpty() && untested.isEmpty() && report.problems().isEmpty()) {
            output.said("no rule or test has changed");
            return;
        }
        output.said(report.cases().size() + " cases, " + failed + " failed; " + untested.size()
                + " rules without tests; " + report.problems().size() + " problems");
        if (mutation != null) {
            int caught = mutation.mutants() - mutation.survivors().size();
            output.said(mutation.mutants() + " ways to break the rules, " + caught + " noticed by the tests"
                    + (mutation.mutants() == 0 ? "" : " (" + caught * 100 / mutation.mutants() + " %)"));
        }
    }

    /** Several changes to one place are one line: a list of twenty values that no test knows is one thing to mend. */
    private void survivors(List<RuleTests.Survivor> survivors) {
        Map<String, List<RuleTests.Survivor>> byPlace = new LinkedHashMap<>();
        for (RuleTests.Survivor one : survivors) {
            byPlace.computeIfAbsent(one.file() + ":" + one.line() + " " + one.where(), _ -> new java.util.ArrayList<>())
                    .add(one);
        }
        byPlace.values().forEach(group -> {
            RuleTests.Survivor first = group.getFirst();
            StringBuilder text = new StringBuilder(first.file()).append(':').append(first.line()).append(": ")
                    .append(output.paint("33", "no test notices")).append(' ').append(first.where()).append(' ');
            for (int i = 0; i < Math.min(group.size(), CHANGES_MAX); i++) {
                text.append(i == 0 ? "" : ", ").append(group.get(i).change());
            }
            if (group.size() > CHANGES_MAX) {
                text.append(", and ").append(group.size() - CHANGES_MAX).append(" more");
            }
            output.line(text.toString());
        });
    }
}
