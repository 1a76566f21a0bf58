package dev.tocsin.sink;

import dev.tocsin.base.Endpoint;
import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.Secret;
import dev.tocsin.config.Tag;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Settings of {@link KafkaSink}. */
@Tag("kafka")
@Doc("Writes alerts or events into a topic of a Kafka cluster, exactly once for those who read committed records.")
public record KafkaSinkConfig(@Doc("What is written: alerts or events.") @Default("alerts") SinkStream stream,
        @Doc("Addresses of the cluster, such as kafka1:9092,kafka2:9092.") String bootstrapServers,
        @Doc("The topic, which must be there.") String topic,
        @Doc("A compacted topic of the cluster, made if it is missing, in which the sink notes how far it has come, in the same transaction as the events.") @Default("tocsin-sink-marks") String marks,
        @Doc("What a record holds: json; cef, leef (2.0), leef1 (1.0), kv, text: a line. The id is in the header id.") @Default("json") SinkFormat format,
        @Doc("Further settings of the Kafka client, such as security.protocol and sasl.mechanism.") @Default("{}") Map<String, String> client,
        @Doc("As client, for what must not be seen, such as sasl.jaas.config.") @Default("{}") Map<String, Secret> clientSecrets,
        @Doc("Encrypt; tls: {} trusts the authorities that Java knows.") @Nullable TlsConfig tls,
        @Doc("Write to another machine without TLS, so that anybody on the network between may read and forge events.") @Default("false") boolean plaintext)
        implements
            SinkConfig {
    private static final String PROTOCOL = "security.protocol";

    public KafkaSinkConfig {
        client = Map.copyOf(client);
        clientSecrets = Map.copyOf(clientSecrets);
        for (String server : bootstrapServers.split(",", -1)) {
            if (!server.strip().matches(".+:\\d{1,5}")) {
                throw new IllegalArgumentException("bootstrap_servers must be as in kafka1:9092,kafka2:9092");
            }
        }
        name("topic", topic);
        name("marks", marks);
        if (topic.equals(marks)) {
            throw new IllegalArgumentException("marks must be another topic than topic");
        }
        for (String taken : new String[]{"transactional.id", "bootstrap.servers", "enable.idempotence", "acks"}) {
            if (client.containsKey(taken) || clientSecrets.containsKey(taken)) {
                throw new IllegalArgumentException("client cannot have " + taken + "; the sink's promise rests on it");
            }
        }
        if (tls != null && client.containsKey(PROTOCOL) && !client.getOrDefault(PROTOCOL, "").endsWith("SSL")) {
            throw new IllegalArgumentException("tls says how to encrypt, but security.protocol does not");
        }
    }

    private static void name(String setting, String topic) {
        if (!topic.matches("[a-zA-Z0-9._-]{1,249}") || topic.equals(".") || topic.equals("..")) {
            throw new IllegalArgumentException(setting + " may have letters, digits, dot, dash and underscore");
        }
    }

    boolean isEncrypted() {
        return tls != null || client.getOrDefault(PROTOCOL, "").toUpperCase(Locale.ROOT).endsWith("SSL");
    }

    @Override
    public Optional<ClearText> clearText() {
        boolean near = Arrays.stream(bootstrapServers.split(",")).allMatch(s -> Endpoint.parse(s.strip()).isLoopback());
        return near || plaintext || isEncrypted()
                ? Optional.empty()
                : Optional.of(new ClearText("bootstrap_servers", bootstrapServers, "give it a tls section"));
    }
}
