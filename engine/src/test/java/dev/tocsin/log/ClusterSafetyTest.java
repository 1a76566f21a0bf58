package dev.tocsin.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

/** A foreign cluster that would lose events is refused by name, setting by setting. */
class ClusterSafetyTest {
    private static List<Problem> check(String prefix, Map<String, String> topicSettings) throws Exception {
        try (var admin = SharedBroker.clients().admin()) {
            String topic = prefix + "intake";
            admin.createTopics(List.of(new NewTopic(topic, Optional.of(1), Optional.empty()).configs(topicSettings)))
                    .all().get();
            // The controller answers before the broker has heard of the topic: unseen, nothing would be said of it.
            await().until(() -> admin.listTopics().names().get().contains(topic));
            return ClusterSafety.check(admin, prefix);
        }
    }

    @Test
    void deletionByAgeOrSizeIsRefused() throws Exception {
        String prefix = SharedBroker.newPrefix();
        List<Problem> problems = check(prefix, Map.of("retention.ms", "604800000", "retention.bytes", "1000000"));
        assertThat(problems).extracting(Problem::code).containsExactlyInAnyOrder("L105", "L106");
        assertThat(problems).allSatisfy(p -> {
            assertThat(p.where()).contains(prefix + "intake");
            assertThat(p.hint()).isNotEmpty();
        });
        assertThatThrownBy(() -> SharedBroker.open(prefix, List.of())).isInstanceOf(LogException.class)
                .hasMessageContaining("would lose acknowledged events").hasMessageContaining("retention.ms");
    }

    @Test
    void uncleanElectionIsRefused() throws Exception {
        String prefix = SharedBroker.newPrefix();
        assertThat(check(prefix, Map.of("retention.ms", "-1", "unclean.leader.election.enable", "true")))
                .extracting(Problem::code).containsExactly("L102");
    }

    @Test
    void streamsWithCopiesAreCreatedAsTheNextStartWillDemand() {
        Map<String, String> three = new Topics("", 2).topic("intake", false, Optional.of((short) 3)).configs();
        assertThat(three).containsEntry("min.insync.replicas", "2");
        assertThat(new Topics("", 2).topic("intake", false, Optional.of((short) 1)).configs())
                .doesNotContainKey("min.insync.replicas");
    }

    @Test
    void aSafeClusterHasNothingSaidOfIt() throws Exception {
        assertThat(check(SharedBroker.newPrefix(), Map.of("retention.ms", "-1"))).isEmpty();
    }

    @Test
    void aLonelyBrokerThatDoesNotFlushIsWarnedAbout(@org.junit.jupiter.api.io.TempDir java.nio.file.Path directory)
            throws Exception {
        LogConfig d = LogConfig.embedded();
        LogConfig unsafe = new LogConfig(null, d.listen(), 1, 1, "", d.diskMax(), d.diskFreeMin(), d.keep(), false,
                Map.of());
        try (DurableLog own = DurableLog.open(directory, unsafe, "node", List.of())) {
            assertThat(own.warnings()).extracting(Problem::code).containsExactly("L204");
            try (var admin = new KafkaClients(own.bootstrapServers(), Map.of()).admin()) {
                assertThat(ClusterSafety.check(admin, "other.")).extracting(Problem::code).containsExactly("L203");
            }
        }
    }
}
