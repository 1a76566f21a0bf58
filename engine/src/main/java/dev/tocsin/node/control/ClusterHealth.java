package dev.tocsin.node.control;

import dev.tocsin.event.Json;
import dev.tocsin.fabric.data.EventCall;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.health.Checks.Outcome;
import dev.tocsin.health.Health;
import dev.tocsin.health.Level;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * How all nodes of a cluster are, as the one that has the manager's duty has gathered it.
 *
 * @param manager who has the duty; null when nobody is known to have it
 * @param time when this was gathered; null when it never was
 * @param status in words
 * @param nodes in the order of their names
 */
public record ClusterHealth(@Nullable Holder manager, @Nullable Instant time, Level level, String status,
        List<Member> nodes) {
    /** Of a node that has no layout. */
    public static final ClusterHealth NONE = new ClusterHealth(null, null, Level.UNKNOWN,
            "this node is in no cluster; fabric.layout names one", List.of());

    static final ClusterHealth NOBODY = new ClusterHealth(null, null, Level.UNKNOWN,
            "nobody is known to have the manager's duty", List.of());

    private static final String HEALTH = "Tocsin::health";
    private static final String ROLL_UP = "Tocsin::cluster_health";

    /**
     * Who has the manager's duty.
     *
     * @param by {@code store} when a store decides, so that no two can have it; {@code sight} when the first of those that
     *            see each other has it
     * @param token rises from holder to holder; 0 by sight
     */
    public record Holder(String node, Instant since, String by, long token) {
    }

    /**
     * How one node is.
     *
     * @param time when it said so; null when it did not
     * @param troubles those of its checks that are not green, at most 20
     */
    public record Member(String name, String type, Level level, String status, @Nullable Instant time,
            List<Outcome> troubles) {
        private static final int TROUBLES_MAX = 20;

        static Member of(String name, String type, Instant now, List<Outcome> outcomes) {
            Health health = new Health(now, outcomes);
            return new Member(name, type, health.level(), health.status(), now, outcomes.stream().filter(o -> o
                    .level() != Level.GREEN).limit(TROUBLES_MAX).toList());
        }

        EventCall toCall() {
            return EventCall.of(HEALTH, Value.of(Json.mapper().writeValueAsBytes(this)));
        }

        static Optional<Member> of(EventCall call) {
            return read(call, HEALTH, Member.class);
        }
    }

    EventCall toCall() {
        return EventCall.of(ROLL_UP, Value.of(Json.mapper().writeValueAsBytes(this)));
    }

    static Optional<ClusterHealth> of(EventCall call) {
        return read(call, ROLL_UP, ClusterHealth.class);
    }

    private static <T> Optional<T> read(EventCall call, String name, Class<T> type) {
        if (!call.name().equals(name) || call.args().size() != 1
                || !(call.args().getFirst() instanceof Value.Text text)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.mapper().readValue(text.bytes().toArray(), type));
        } catch (JacksonException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
