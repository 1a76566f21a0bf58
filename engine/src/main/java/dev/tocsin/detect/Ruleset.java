package dev.tocsin.detect;

import dev.tocsin.event.LogSource;
import dev.tocsin.sigma.correlate.CorrelationSet;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A set of rules ready to match. Immutable; usable by any thread. */
public interface Ruleset {
    CorrelationSet NO_CORRELATIONS = new CorrelationSet(List.of());

    /**
     * Which rules the event matches. They see what the vendor sent, {@code vendor} in the body, because public rules are
     * written for those names; where there is none they see the whole body in ECS names, without {@code tocsin} and {@code
     * event.original}: these repeat the event and would make keyword rules match by what we added.
     *
     * @param body the event's, UTF-8 JSON; not to be changed
     * @throws tools.jackson.core.JacksonException when the body is not JSON
     */
    Matches match(byte[] body, LogSource logSource);

    /** The same found out in another, slow and obvious way, to check the first. */
    List<DetectionRule> matchNaively(byte[] body, LogSource logSource);

    List<DetectionRule> rules();

    /** The correlations over these rules. */
    default CorrelationSet correlations() {
        return NO_CORRELATIONS;
    }

    /**
     * A value that the event has under a name as a rule uses it, as text; null when it has none.
     *
     * @param document as for {@link #match}
     */
    default @Nullable String field(JsonNode document, boolean ecs, String ruleId, String name) {
        return null;
    }

    /** Names the content: the same for the same rule files, on whichever machine they were read. */
    String content();

    /** For measuring what single rules cost; null where rules cannot be evaluated alone. */
    default RuleCosts.@Nullable Alone alone() {
        return null;
    }

    /**
     * Tells the contents of a rule apart: it is another when the rule asks something else, and the same on every machine; null
     * when the rule is not in the set.
     */
    default @Nullable String hash(String ruleId) {
        return rules().stream().anyMatch(rule -> rule.id().equals(ruleId)) ? content() : null;
    }

    /** Files of which something cannot be used. */
    default List<Refused> refused() {
        return List.of();
    }

    /**
     * The rules over single events that come from a file.
     *
     * @param file its name as in {@link Refused}
     */
    default List<DetectionRule> rulesOf(String file) {
        return List.of();
    }

    /** The same content, of which only some rules are matched. May take long: rules are compiled. */
    default Ruleset only(Predicate<String> ruleIds) {
        return new SomeRules(this, ruleIds);
    }

    /** The rules that matched, in the order of the set, and those that could not say. */
    record Matches(List<DetectionRule> rules, List<Failure> failures) {
        public static final Matches NONE = new Matches(List.of(), List.of());

        public static Matches of(List<DetectionRule> rules) {
            return rules.isEmpty() ? NONE : new Matches(rules, List.of());
        }
    }

    /** A rule that failed on an event, and how. */
    record Failure(DetectionRule rule, String cause) {
    }

    /**
     * A file of which something cannot be used.
     *
     * @param file its name below the directory of the rules: the same wherever that lies
     * @param why with line and reason
     */
    record Refused(String file, String why) {
    }

    /** No rules at all: nothing ever matches. */
    static Ruleset none() {
        return new Ruleset() {
            @Override
            public Matches match(byte[] body, LogSource logSource) {
                return Matches.NONE;
            }

            @Override
            public List<DetectionRule> matchNaively(byte[] body, LogSource logSource) {
                return List.of();
            }

            @Override
            public List<DetectionRule> rules() {
                return List.of();
            }

            @Override
            public String content() {
                return "none";
            }
        };
    }
}
