package dev.tocsin.detect;

import dev.tocsin.event.LogSource;
import dev.tocsin.sigma.FieldMapping;
import dev.tocsin.sigma.SigmaEngine;
import dev.tocsin.sigma.SigmaRule;
import dev.tocsin.sigma.correlate.CorrelationSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Sigma rules as a rule set; made by {@link SigmaLoading}.
 *
 * <p>All rules are matched by one engine, which shares work between them. Should it fail on an event, each rule is asked
 * alone for that event, so that the one which fails is known and the others give their answer.
 */
final class SigmaRuleset implements Ruleset {
    /** Of rules that name none; the level at which an alert is neither hidden nor wakes somebody up. */
    static final String LEVEL_UNKNOWN = "medium";

    /** Some rules ready to match. */
    interface Matcher {
        List<SigmaRule> match(JsonNode document, LogSource logSource);

        static Matcher of(List<SigmaRule> rules, FieldMapping mapping) {
            SigmaEngine engine = SigmaEngine.compile(rules, mapping);
            return (document, source) -> engine.match(document, source.product(), source.category(), source.service());
        }
    }

    private final Group vendor;
    private final Group ecs;
    private final String content;
    private final AloneRules alone;
    private final List<DetectionRule> rules;
    private final Correlations correlations;
    /** By identity: a rule's own equality compares the whole syntax tree. Not changed once made. */
    private final IdentityHashMap<SigmaRule, DetectionRule> described = new IdentityHashMap<>();

    /**
     * @param vendor makes a matcher for documents in the vendor's names
     * @param ecs makes a matcher for documents in ECS names
     */
    SigmaRuleset(List<SigmaRule> rules, Function<List<SigmaRule>, Matcher> vendor,
            Function<List<SigmaRule>, Matcher> ecs, String content, Correlations correlations) {
        this.correlations = correlations;
        this.vendor = new Group(rules, vendor);
        this.ecs = new Group(rules, ecs);
        this.content = content;
        this.alone = new AloneRules(rules, vendor, ecs);
        rules.forEach(rule -> described.put(rule, describe(rule)));
        this.rules = Stream.concat(rules.stream().map(this::described), correlations.rules().stream()).toList();
    }

    @Override
    public Matches match(JsonNode document, LogSource logSource, boolean ecsNames) {
        return (ecsNames ? ecs : vendor).match(document, logSource);
    }

    @Override
    public List<DetectionRule> rules() {
        return rules;
    }

    @Override
    public CorrelationSet correlations() {
        return correlations.set();
    }

    @Override
    public @Nullable String field(JsonNode document, boolean ecsNames, String ruleId, String name) {
        return correlations.field(document, ecsNames, ruleId, name);
    }

    @Override
    public String content() {
        return content;
    }

    @Override
    public RuleCosts.Alone alone() {
        return alone;
    }

    private DetectionRule described(SigmaRule rule) {
        return Objects.requireNonNull(described.get(rule));
    }

    private static DetectionRule describe(SigmaRule rule) {
        return new DetectionRule(rule.id(), rule.title(), Objects.requireNonNullElse(rule.level(), LEVEL_UNKNOWN),
                Objects.requireNonNullElse(rule.author(), ""), rule.references(), rule.tags(), rule.file());
    }

    /** Rules of one file may share an id; together they raise one alert, or there would be two of one name. */
    private List<DetectionRule> distinct(List<SigmaRule> hits) {
        if (hits.size() < 2) {
            return hits.stream().map(this::described).toList();
        }
        Set<String> ids = new HashSet<>();
        return hits.stream().filter(rule -> ids.add(rule.id())).map(this::described).toList();
    }

    /** The rules over one kind of documents. */
    private final class Group {
        private final List<SigmaRule> rules;
        private final Function<List<SigmaRule>, Matcher> compiler;
        private final Matcher together;
        private final ConcurrentHashMap<Integer, Matcher> alone = new ConcurrentHashMap<>();

        Group(List<SigmaRule> rules, Function<List<SigmaRule>, Matcher> compiler) {
            this.rules = rules;
            this.compiler = compiler;
            this.together = compiler.apply(rules);
        }

        Matches match(JsonNode document, LogSource logSource) {
            List<SigmaRule> hits;
            try {
                hits = together.match(document, logSource);
            } catch (RuntimeException | StackOverflowError _) {
                return matchAlone(document, logSource);
            }
            return hits.isEmpty() ? Matches.NONE : Matches.of(distinct(hits));
        }

        private Matches matchAlone(JsonNode document, LogSource logSource) {
            List<SigmaRule> hits = new ArrayList<>();
            List<Failure> failures = new ArrayList<>();
            for (int i = 0; i < rules.size(); i++) {
                SigmaRule rule = rules.get(i);
                try {
                    hits.addAll(
                            alone.computeIfAbsent(i, _ -> compiler.apply(List.of(rule))).match(document, logSource));
                } catch (RuntimeException | StackOverflowError e) {
                    failures.add(new Failure(described(rule), e.toString()));
                }
            }
            return new Matches(distinct(hits), List.copyOf(failures));
        }
    }
}
