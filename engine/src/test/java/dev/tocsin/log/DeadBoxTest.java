package dev.tocsin.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Whoever asks for the dead letters gets them, whatever lies among them. */
class DeadBoxTest {
    /** As deep as the house's parser goes, so that the letter around it is deeper. */
    private static final String DEEP = "{\"a\":".repeat(Json.DEPTH_MAX - 1) + "{}" + "}".repeat(Json.DEPTH_MAX - 1);

    private static void put(String prefix, String topic, String key, String value) {
        try (var producer = SharedBroker.clients().producer(prefix + "stranger")) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(prefix + topic, 0, key, value.getBytes(StandardCharsets.UTF_8)));
            producer.commitTransaction();
        }
    }

    @Test
    void strangersRecordsAndLettersAtTheLimitsHideNoOther() {
        String prefix = SharedBroker.newPrefix();
        try (DurableLog log = SharedBroker.open(prefix, List.of())) {
            Event deep = Events.of("acme", "k", 7, DEEP);
            Event large = Events.of("acme", "k", 8, "{\"x\":\"" + "y".repeat(20 << 20) + "\"}");
            log.appender().append(List.of(), List.of(new Appender.DeadLetter(deep, "deep"),
                    new Appender.DeadLetter(large, "large"), new Appender.DeadLetter(Events.numbered(1), "small")),
                    Map.of()).join();
            put(prefix, "dead", "k", "not ours");
            assertThat(log.dead().list(10)).extracting(DeadEntry::cause).containsExactlyInAnyOrder("deep", "large",
                    "small");
            assertThat(log.dead().find(Events.numbered(1).id())).isPresent();
            assertThat(log.dead().replay(List.of(deep.id(), large.id()), "tester")).isEqualTo(2);
            assertThat(StageLoopTest.read(prefix, Stream.INTAKE)).extracting(Event::json)
                    .containsExactlyInAnyOrder(deep.json(), large.json());
        }
    }

    @Test
    void theNewestAreListedAndNoMoreThanWereAskedFor() {
        try (DurableLog log = SharedBroker.open(SharedBroker.newPrefix(), List.of())) {
            List<String> newest = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                log.appender().append(List.of(), List.of(new Appender.DeadLetter(Events.numbered(i), "n" + i)),
                        Map.of()).join();
                newest.addFirst("n" + i);
            }
            assertThat(log.dead().list(5)).extracting(DeadEntry::cause).isEqualTo(newest.subList(0, 5));
        }
    }

    @Test
    void whatAStrangerSaysOfALetterDoesNotKeepTheLogFromOpening() {
        String prefix = SharedBroker.newPrefix();
        SharedBroker.open(prefix, List.of()).close();
        put(prefix, Topics.OPERATOR, "dead/1", "nonsense");
        put(prefix, Topics.OPERATOR, "dead/2", "{\"state\":\"dropped\",\"when\":\"noon\"}");
        assertThatCode(() -> SharedBroker.open(prefix, List.of()).close()).doesNotThrowAnyException();
    }
}
