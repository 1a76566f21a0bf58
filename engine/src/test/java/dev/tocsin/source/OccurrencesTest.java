package dev.tocsin.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.EventId;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OccurrencesTest {
    private static final Feed FEED = new Feed("c", "s", "auto", LogSourceHint.NONE, "hec");
    private static final Feed OTHER = new Feed("c", "t", "auto", LogSourceHint.NONE, "hec");

    private static List<byte[]> contents(String... texts) {
        return java.util.Arrays.stream(texts).map(t -> t.getBytes(StandardCharsets.UTF_8)).toList();
    }

    private static EventId id(String text, long occurrence) {
        return EventId.ofContent("c", "s", text.getBytes(StandardCharsets.UTF_8), occurrence);
    }

    @Test
    void equalsWithinARequestAreNumberedAndARepetitionGetsTheSameNames() {
        Occurrences occurrences = new Occurrences(100);
        Occurrences.Named first = occurrences.name(FEED, contents("a", "b", "a"));
        assertThat(first.ids()).containsExactly(id("a", 0), id("b", 0), id("a", 1));
        assertThat(occurrences.name(FEED, contents("a", "b", "a")).ids()).isEqualTo(first.ids());
    }

    @Test
    void aBatchAndItsRepetitionCountOnceWhenBothAreAcknowledged() {
        Occurrences occurrences = new Occurrences(100);
        Occurrences.Named first = occurrences.name(FEED, contents("a", "a"));
        Occurrences.Named again = occurrences.name(FEED, contents("a", "a"));
        first.acknowledged().run();
        again.acknowledged().run();
        first.acknowledged().run();
        assertThat(occurrences.name(FEED, contents("a")).ids()).containsExactly(id("a", 2));
        assertThat(occurrences.name(OTHER, contents("a")).ids())
                .containsExactly(EventId.ofContent("c", "t", new byte[]{'a'}, 0));
    }

    @Test
    void theOldestContentsAreForgottenAndThoseInUseAreNot() {
        Occurrences occurrences = new Occurrences(1000);
        Set<EventId> heartbeat = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            occurrences.name(FEED, contents("message " + i)).acknowledged().run();
            Occurrences.Named named = occurrences.name(FEED, contents("heartbeat"));
            named.acknowledged().run();
            heartbeat.addAll(named.ids());
        }
        assertThat(heartbeat).hasSize(10_000);
        assertThat(occurrences.name(FEED, contents("message 9900")).ids()).containsExactly(id("message 9900", 1));
        assertThat(occurrences.name(FEED, contents("message 1")).ids()).containsExactly(id("message 1", 0));
    }
}
