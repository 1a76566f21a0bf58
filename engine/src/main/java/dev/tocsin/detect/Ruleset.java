package dev.tocsin.detect;

import dev.tocsin.event.LogSource;
import dev.tocsin.sigma.correlate.CorrelationSet;
import java.util.List;
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
