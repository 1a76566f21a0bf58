package dev.tocsin.log;

/** The streams of the log; each is a Kafka topic. Any Kafka tool can read them: values are JSON. */
public enum Stream {
    INTAKE("intake"),
    EVENTS("events"),
    MATCHES("matches"),
    ALERTS("alerts"),
    SHADOW("shadow"),
    PEER("peer"),
    DEAD(
            "dead");

    private final String topic;

    Stream(String topic) {
        this.topic = topic;
    }

    public String topic() {
        return topic;
    }

    /** @throws IllegalArgumentException naming the known streams */
    public static Stream parse(String name) {
        for (Stream s : values()) {
            if (s.topic.equals(name)) {
                return s;
            }
        }
        throw new IllegalArgumentException("unknown stream \"" + name
                + "\"; known: intake, events, matches, alerts, shadow, peer, dead");
    }
}
