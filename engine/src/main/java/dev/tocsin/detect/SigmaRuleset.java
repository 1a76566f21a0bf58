package dev.tocsin.detect;

import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import dev.tocsin.sigma.EventScope;
import dev.tocsin.sigma.FieldMapping;
import dev.tocsin.sigma.SigmaEngine;
import dev.tocsin.sigma.SigmaRule;
import dev.tocsin.sigma.correlate.CorrelationSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.core.JacksonException;

/**
 * Sigma rules as a rule set; made by {@link SigmaLoading}.
 *
 * <p>All rules are matched by one engine, which shares work between them. Should it fail on an event, each rule is asked
 * alone for that event, so that the one which fails is known and the others give their answer.
 */
final class SigmaRuleset implements Ruleset {
    /** Of rules that name none; the level at which an alert is neither hidden nor wakes somebody up. */
    static final String LEVEL_UNKNOWN = "medium";

    /** The body's member that has what the vendor sent. */
    private static final EventScope VENDOR = new EventScope("vendor", List.of());
    private static final EventScope ECS = new EventScope(null, List.of("tocsin", "event.original"));

    /** Some rules ready to match. */
    interface Matcher {
        /** Nothing if the body has no event of the kind that this matcher is for. */
        Optional<List<SigmaRule>> match(byte[] body, LogSource logSource);

        Optional<List<SigmaRule>> matchNaively(byte[] body, LogSource logSource);

        /**
         * Evaluates one of the rules and throws the answer away.
         *
         * @param document what rules see of an event
         */
        default void evaluate(SigmaRule rule, JsonNode document) {
        }

        /** For bodies with what the vendor sent. */
        static Matcher ofVendor(List<SigmaRule> rules, FieldMapping mapping) {
            return new Compiled(SigmaEngine.compile(rules, mapping, VENDOR), VENDOR);
        }

        /** For bodies in ECS names. */
        static Matcher ofEcs(List<SigmaRule> rules, FieldMapping mapping) {
            return new Compiled(SigmaEngine.compile(rules, mapping, ECS), ECS);
        }
    }

    private record Compiled(SigmaEngine engine, EventScope scope) implements Matcher {
        @Override
        public Optional<List<SigmaRule>> match(byte[] body, LogSource source) {
            return engine.match(body, source.product(), source.category(), source.service());
        }

        @Override
        public Optional<List<SigmaRule>> matchNaively(byte[] body, LogSource source) {
            return Optional.ofNullable(scope.select(Json.read(body))).map(
                    event -> engine.matchNaively(event, source.product(), source.category(), source.service()));
        }

        @Override
        public void evaluate(SigmaRule rule, JsonNode document) {
            engine.matchesNaively(rule, document);
        }
    }

    /**
     * Where the rules come from.
     *
     * @param name from a rule's file to a name that does not tell where the content lies
     * @param refused of which something cannot be used
     */
    record Files(UnaryOperator<String> name, List<Refused> refused) {
        static final Files UNNAMED = new Files(file -> file, List.of());

        Files {
            refused = List.copyOf(refused);
        }
    }

    private final Group vendor;
    private final Group ecs;
    private final String content;
    private final AloneRules alone;
    private final List<DetectionRule> rules;
    private final Correlations correlations;
    private final List<SigmaRule> written;
    private final Function<List<SigmaRule>, Matcher> vendorCompiler;
    private final Function<List<SigmaRule>, Matcher> ecsCompiler;
    private final Files files;
    private final ConcurrentHashMap<String, Optional<String>> hashes = new ConcurrentHashMap<>();
    /** By identity: a rule's own equality compares the whole syntax tree. Not changed once made. */
    private final IdentityHashMap<SigmaRule, DetectionRule> described = new IdentityHashMap<>();

    /**
     * @param vendor makes a matcher for documents in the vendor's names
     * @param ecs makes a matcher for documents in ECS names
     */
    SigmaRuleset(List<SigmaRule> rules, Function<List<SigmaRule>, Matcher> vendor,
            Function<List<SigmaRule>, Matcher> ecs, String content, Correlations correlations) {
        this(rules, vendor, ecs, content, correlations, Files.UNNAMED);
    }

    SigmaRuleset(List<SigmaRule> rules, Function<List<SigmaRule>, Matcher> vendor,
            Function<List<SigmaRule>, Matcher> ecs, String content, Correlations correlations, Files files) {
        this.correlations = correlations;
        this.written = rules;
        this.vendorCompiler = vendor;
        this.ecsCompiler = ecs;
        this.files = files;
        // Thousands of rules take half a second, and somebody waits for them.
        FutureTask<Group> other = new FutureTask<>(() -> new Group(rules, ecs));
        Thread.ofPlatform().daemon().name("compile-rules").start(other);
        this.vendor = new Group(rules, vendor);
        this.ecs = made(other);
        this.content = content;
        this.alone = new AloneRules(rules, this.vendor.together, this.ecs.together);
        rules.forEach(rule -> described.put(rule, describe(rule)));
        this.rules = Stream.concat(rules.stream().map(this::described), correlations.rules().stream()).toList();
    }

    private static Group made(FutureTask<Group> task) {
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while rules are compiled", e);
        }
    }

    @Override
    public Matches match(byte[] body, LogSource logSource) {
        return vendor.match(body, logSource).or(() -> ecs.match(body, logSource)).orElse(Matches.NONE);
    }

    @Override
    public List<DetectionRule> matchNaively(byte[] body, LogSource logSource) {
        return distinct(vendor.together.matchNaively(body, logSource)
                .or(() -> ecs.together.matchNaively(body, logSource)).orElse(List.of()));
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

    /** Of what the rule asks, not of where it stands, its title or its level. */
    @Override
    public @Nullable String hash(String ruleId) {
        return hashes.computeIfAbsent(ruleId, _ -> {
            List<SigmaRule> named = written.stream().filter(rule -> rule.id().equals(ruleId)).toList();
            return named.isEmpty()
                    ? Optional.empty()
                    : Optional.of(RuleFiles.digestOf(named.stream().map(SigmaRuleset::meaning).toList()));
        }).orElse(null);
    }

    private static String meaning(SigmaRule rule) {
        return rule.logSource() + "\n" + rule.conditions() + "\n"
                + rule.detections().toString().replaceAll(", line=\\d+, column=\\d+]", "]");
    }

    @Override
    public List<Refused> refused() {
        return files.refused();
    }

    @Override
    public List<DetectionRule> rulesOf(String file) {
        return distinct(written.stream().filter(rule -> files.name().apply(rule.file()).equals(file)).toList());
    }

    @Override
    public Ruleset only(Predicate<String> ruleIds) {
        return new SigmaRuleset(written.stream().filter(rule -> ruleIds.test(rule.id())).toList(), vendorCompiler,
                ecsCompiler, content, correlations, files);
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

        Optional<Matches> match(byte[] body, LogSource logSource) {
            Optional<List<SigmaRule>> hits;
            try {
                hits = together.match(body, logSource);
            } catch (JacksonException e) {
                throw e; // No rule is at fault.
            } catch (RuntimeException | StackOverflowError _) {
                return Optional.of(matchAlone(body, logSource));
            }
            return hits.map(found -> found.isEmpty() ? Matches.NONE : Matches.of(distinct(found)));
        }

        private Matches matchAlone(byte[] body, LogSource logSource) {
            List<SigmaRule> hits = new ArrayList<>();
            List<Failure> failures = new ArrayList<>();
            for (int i = 0; i < rules.size(); i++) {
                SigmaRule rule = rules.get(i);
                try {
                    alone.computeIfAbsent(i, _ -> compiler.apply(List.of(rule))).match(body, logSource)
                            .ifPresent(hits::addAll);
                } catch (RuntimeException | StackOverflowError e) {
                    failures.add(new Failure(described(rule), e.toString()));
                }
            }
            return new Matches(distinct(hits), List.copyOf(failures));
        }
    }
}
