package dev.tocsin.detect;

import dev.tocsin.base.Problem;
import dev.tocsin.sigma.FieldMapping;
import dev.tocsin.sigma.Pipeline;
import dev.tocsin.sigma.RuleCache;
import dev.tocsin.sigma.SigmaProblem;
import dev.tocsin.sigma.SigmaRule;
import dev.tocsin.sigma.SigmaRules;
import dev.tocsin.sigma.correlate.CorrelationRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

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
     * Loads, rewrites by the pipelines of the configuration, and compiles. Documents in the vendor's names are matched by
     * the names that a rule then has, others also by the ECS names of these.
     */
    public static Loaded load(DetectConfig config) {
        return load(config.rules(), config.pipeline(), RuleFiles.digest(config.rules(), config.pipeline()), Set.of(),
                new RuleCache());
    }

    /**
     * As {@link #load(DetectConfig)}, of a content that has a name already.
     *
     * @param without ids of rules and correlations that are left out, without a word
     * @param cache of files that were read before
     */
    public static Loaded load(List<Path> rules, List<Path> pipelines, String content, Set<String> without,
            RuleCache cache) {
        List<Problem> problems = new ArrayList<>();
        Pipeline pipeline = pipeline(pipelines, problems);
        SigmaRules.Loaded loaded = without(SigmaRules.load(rules, Map.of(), pipeline, cache), without);
        loaded.problems().forEach(p -> problems.add(problem(p)));
        int refused = (int) loaded.problems().stream().filter(SigmaProblem::isError).count();
        FieldMapping vendor = FieldMapping.IDENTITY;
        FieldMapping ecs = FieldMapping.ecs();
        SigmaRuleset ruleset = compile(loaded, vendor, ecs, content, rules, problems);
        refused += loaded.rules().size() + loaded.correlations().size() - ruleset.rules().size();
        return new Loaded(ruleset, List.copyOf(problems), refused);
    }

    /** A correlation over a rule that is left out is left out, too. */
    private static SigmaRules.Loaded without(SigmaRules.Loaded all, Set<String> without) {
        if (without.isEmpty()) {
            return all;
        }
        Set<String> gone = new HashSet<>(without);
        while (all.correlations().stream().filter(c -> c.rules().stream().anyMatch(r -> gone.contains(r.id())))
                .map(CorrelationRule::id).filter(gone::add).count() > 0) {
            // Those above may be concerned now.
        }
        return new SigmaRules.Loaded(all.rules().stream().filter(r -> !gone.contains(r.id())).toList(),
                all.correlations().stream().filter(c -> !gone.contains(c.id())).toList(), all.problems());
    }

    /** Should a rule explode when compiled, it is looked for, said, and left out. */
    private static SigmaRuleset compile(SigmaRules.Loaded loaded, FieldMapping vendor, FieldMapping ecs, String content,
            List<Path> roots, List<Problem> problems) {
        List<Ruleset.Refused> refused = new ArrayList<>();
        UnaryOperator<String> names = file -> RuleFiles.name(roots, file);
        loaded.problems().stream().filter(SigmaProblem::isError).forEach(p -> refused
                .add(new Ruleset.Refused(names.apply(p.file()), p.where() + ": " + p.code() + " " + p.what())));
        List<SigmaRule> rules = loaded.rules();
        Correlations correlations = new Correlations(loaded.correlations(), rules, vendor, ecs);
        Function<List<SigmaRule>, SigmaRuleset.Matcher> vendorNames = some -> SigmaRuleset.Matcher.ofVendor(some,
                vendor);
        Function<List<SigmaRule>, SigmaRuleset.Matcher> ecsNames = some -> SigmaRuleset.Matcher.ofEcs(some, ecs);
        try {
            return new SigmaRuleset(rules, vendorNames, ecsNames, content, correlations,
                    new SigmaRuleset.Files(names, refused));
        } catch (RuntimeException | StackOverflowError _) {
            List<SigmaRule> usable = usable(rules, vendor, ecs, problems);
            Set<SigmaRule> kept = Collections.newSetFromMap(new IdentityHashMap<>());
            kept.addAll(usable);
            rules.stream().filter(rule -> !kept.contains(rule)).forEach(rule -> refused.add(new Ruleset.Refused(
                    names.apply(rule.file()), rule.file() + ":" + rule.line() + ": " + RULE_FAILS
                            + " cannot be compiled")));
            return new SigmaRuleset(usable, vendorNames, ecsNames, content, correlations,
                    new SigmaRuleset.Files(names, refused));
        }
    }

    /** The pipelines of these files as one. @param problems what cannot be used is added */
    public static Pipeline pipeline(List<Path> files, List<Problem> problems) {
        List<Pipeline> pipelines = new ArrayList<>();
        for (Path file : files) {
            try {
                Pipeline.Read read = Pipeline.read(file.toString(), Files.readString(file));
                read.problems().forEach(p -> problems.add(problem(p)));
                pipelines.add(read.pipeline());
            } catch (IOException e) {
                problems.add(new Problem("E410", file.toString(), "the pipeline cannot be read: " + e.getMessage(),
                        "the rules are used without it"));
            }
        }
        return Pipeline.chain(pipelines);
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
