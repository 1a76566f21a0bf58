package dev.tocsin.rollout;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The flags that there are. Both are boolean: true lets pass. */
public enum GateFlag {
    /** Whether an engine handles an event. No rule is known then. */
    INGRESS("detect.ingress", List.of("engine", "customer", "source", "site", "targetingKey", "$flagd.flagKey")),
    /** Whether an engine publishes an alert. */
    EGRESS("detect.egress", List.of("engine", "customer", "source", "site", "rule", "targetingKey", "$flagd.flagKey"));

    private final String key;
    private final List<String> variables;

    GateFlag(String key, List<String> variables) {
        this.key = key;
        this.variables = variables;
    }

    /** Its name in documents, such as {@code detect.egress}. */
    public String key() {
        return key;
    }

    /** What its targeting may ask for. */
    List<String> variables() {
        return variables;
    }

    public static Optional<GateFlag> of(String key) {
        return Arrays.stream(values()).filter(f -> f.key.equals(key)).findFirst();
    }

    static List<String> keys() {
        return Arrays.stream(values()).map(GateFlag::key).toList();
    }
}
