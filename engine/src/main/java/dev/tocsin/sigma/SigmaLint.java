package dev.tocsin.sigma;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Finds what a rule's author would want to know although the rule loads; and everything that keeps it from loading. */
public final class SigmaLint {
    private SigmaLint() {
    }

    /**
     * @param rules how many rules loaded
     * @param problems sorted by file, line, column
     */
    public record Report(int rules, List<SigmaProblem> problems) {
        public Report {
            problems = List.copyOf(problems);
        }

        public boolean hasErrors() {
            return problems.stream().anyMatch(SigmaProblem::isError);
        }
    }

    /** @param filesOrDirectories as {@link SigmaRules#load(Collection)} takes them */
    public static Report lint(Collection<Path> filesOrDirectories) {
        List<SigmaProblem> problems = new ArrayList<>();
        return lint(SigmaRules.documents(filesOrDirectories, problems), problems);
    }

    /** Lints text as if it were a file of that name. */
    public static Report lint(String file, String yaml) {
        YamlReader.Documents read = YamlReader.read(file, yaml);
        List<SigmaProblem> problems = new ArrayList<>(read.problems());
        return lint(RuleDocument.of(file, read.documents(), problems), problems);
    }

    private static Report lint(List<RuleDocument> documents, List<SigmaProblem> problems) {
        List<SigmaRule> rules = SigmaRules.rules(documents, Map.of(), problems);
        int correlations = CorrelationResolver.read(documents, rules, problems).size();
        for (RuleDocument document : documents) {
            problems.addAll(new HeadLint(document.root()).problems());
            if (document.root().get("detection") instanceof YamlNode.Mapping detection) {
                problems.addAll(new DetectionLint(detection).problems());
            }
        }
        problems.sort(SigmaRules.IN_FILE_ORDER);
        return new Report(rules.size() + correlations, problems);
    }
}
