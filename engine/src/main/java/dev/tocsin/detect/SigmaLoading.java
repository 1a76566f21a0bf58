package dev.tocsin.detect;

import dev.tocsin.base.Problem;
import dev.tocsin.sigma.FieldMapping;
import dev.tocsin.sigma.SigmaProblem;
import dev.tocsin.sigma.SigmaRule;
import dev.tocsin.sigma.SigmaRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** From the configuration to a rule set. A bad rule is left out and said, never more than that. */
public final class SigmaLoading {
    private static final String RULE_FAILS = "E411";

    private SigmaLoading() {
    }

    /**
     * @param ruleset all rules that can be used
     * @param problems what was refused, and warnings, each with file, line and column
     * @param refused how many of the problems kept a rule or file from being used
     */
    public record Loaded(Ruleset ruleset, List<Problem> problems, int refused) {
    }

    /**
     * Loads and compiles. Documents in the vendor's names are matched by the rules' own names, others by their ECS
     * names; a pipeline in the configuration is used for both, after a rule's own names.
     */
    public static Loaded load(DetectConfig config) {
        SigmaRules.Loaded loaded = SigmaRules.load(config.rules());
        List<Problem> problems = new ArrayList<>();
        loaded.problems().forEach(p -> problems.add(problem(p)));
        int refused = (int) loaded.problems().stream().filter(SigmaProblem::isError).count();
        FieldMapping vendor = FieldMapping.IDENTITY;
        FieldMapping ecs = FieldMapping.ecs();
        Path pipeline = config.pipeline();
        if (pipeline != null) {
            vendor = mapping(pipeline, problems);
            ecs = vendor;
        }
        String content = RuleFiles.digest(config.rules(), pipeline == null ? List.of() : List.of(pipeline));
        SigmaRuleset ruleset = compile(loaded.rules(), vendor, ecs, content, problems);
        refused += loaded.rules().size() - ruleset.rules().size();
        return new Loaded(ruleset, List.copyOf(problems), refused);
    }

    /** Should a rule explode when compiled, it is looked for, said, and left out. */
    private static SigmaRuleset compile(List<SigmaRule> rules, FieldMapping vendor, FieldMapping ecs, String content,
            List<Problem> problems) {
        Function<List<SigmaRule>, SigmaRuleset.Matcher> vendorNames = some -> SigmaRuleset.Matcher.ofVendor(some,
                vendor);
        Function<List<SigmaRule>, SigmaRuleset.Matcher> ecsNames = some -> SigmaRuleset.Matcher.ofEcs(some, ecs);
        try {
            return new SigmaRuleset(rules, vendorNames, ecsNames, content);
        } catch (RuntimeException | StackOverflowError _) {
            return new SigmaRuleset(usable(rules, vendor, ecs, problems), vendorNames, ecsNames, content);
        }
    }

    private static FieldMapping mapping(Path pipeline, List<Problem> problems) {
        try {
            FieldMapping.Read read = FieldMapping.read(pipeline.toString(), Files.readString(pipeline));
            read.problems().forEach(p -> problems.add(problem(p)));
            return read.mapping();
        } catch (IOException e) {
            problems.add(new Problem("E410", pipeline.toString(), "the field mapping cannot be read: " + e.getMessage(),
                    "rules now see the names of events as they are"));
            return FieldMapping.IDENTITY;
        }
    }

    /** The rules that can be compiled alone. */
    private static List<SigmaRule> usable(List<SigmaRule> rules, FieldMapping vendor, FieldMapping ecs,
            List<Problem> problems) {
        List<SigmaRule> usable = new ArrayList<>();
        for (SigmaRule rule : rules) {
            try {
                SigmaRuleset.Matcher.ofVendor(List.of(rule), vendor);
                SigmaRuleset.Matcher.ofEcs(List.of(rule), ecs);
                usable.add(rule);
            } catch (RuntimeException | StackOverflowError e) {
                problems.add(new Problem(RULE_FAILS, rule.file() + ":" + rule.line(),
                        "the rule \"" + rule.title() + "\" cannot be compiled: " + e, "it is left out"));
            }
        }
        return usable;
    }

    private static Problem problem(SigmaProblem p) {
        return new Problem(p.code(), p.where(), p.what(), p.hint());
    }
}
