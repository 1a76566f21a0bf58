package dev.tocsin.source.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What is known of delivered events when there is no room for all of their ids. */
class SeenTest {
    private static final Instant TIME = Instant.parse("2026-03-01T12:00:00Z");

    private static Seen again(Seen seen, int idsMax) {
        ObjectNode json = Json.object();
        seen.write(json);
        Seen read = new Seen(idsMax, Duration.ofHours(1));
        read.read(Json.read(json.toString()));
        return read;
    }

    private static Set<IdHash> filled(Seen seen, int events, Instant time) {
        Set<IdHash> ids = new HashSet<>();
        for (int i = 0; i < events; i++) {
            IdHash id = IdHash.of(time + "-" + i);
            ids.add(id);
            seen.add(id, time);
        }
        return ids;
    }

    @Test
    void idsSurviveTheCursor() {
        Seen seen = new Seen(100, Duration.ofHours(1));
        Set<IdHash> ids = filled(seen, 100, TIME);
        Seen read = again(seen, 100);
        assertThat(ids).allMatch(id -> read.ask(id, TIME) == Seen.Answer.KNOWN);
        assertThat(read.ask(IdHash.of("other"), TIME)).isEqualTo(Seen.Answer.NEW);
    }

    @Test
    void theOldestBecomeSumsAndTheNewestStay() {
        Seen seen = new Seen(100, Duration.ofHours(1));
        Set<IdHash> old = filled(seen, 60, TIME.minusSeconds(600));
        Set<IdHash> young = filled(seen, 60, TIME);
        Seen read = again(seen, 100);
        assertThat(young).allMatch(id -> read.ask(id, TIME) == Seen.Answer.KNOWN);
        assertThat(old).allMatch(id -> read.ask(id, TIME.minusSeconds(600)) == Seen.Answer.UNSURE);
        assertThat(read.size()).isEqualTo(60);
    }

    @Test
    void aSumTellsThatNothingIsNewAndWhichOneIs() {
        Seen seen = new Seen(100, Duration.ofHours(1));
        Set<IdHash> old = filled(seen, 60, TIME.minusSeconds(600));
        filled(seen, 90, TIME);
        long bucket = seen.bucket(TIME.minusSeconds(600));
        Seen same = again(seen, 100);
        assertThat(same.learn(bucket, old)).isZero();
        assertThat(old).allMatch(id -> same.ask(id, TIME.minusSeconds(600)) == Seen.Answer.KNOWN);
        IdHash late = IdHash.of("late");
        Set<IdHash> more = new HashSet<>(old);
        more.add(late);
        Seen one = again(seen, 100);
        assertThat(one.learn(bucket, more)).isEqualTo(1);
        assertThat(one.ask(late, TIME.minusSeconds(600))).isEqualTo(Seen.Answer.NEW);
        assertThat(old).allMatch(id -> one.ask(id, TIME.minusSeconds(600)) == Seen.Answer.KNOWN);
        more.add(IdHash.of("later"));
        Seen two = again(seen, 100);
        assertThat(two.learn(bucket, more)).isEqualTo(62);
        assertThat(more).allMatch(id -> two.ask(id, TIME.minusSeconds(600)) == Seen.Answer.NEW);
    }

    @Test
    void memoryAndDocumentAreBoundedAndWhatIsPrunedIsGone() {
        Seen seen = new Seen(100, Duration.ofHours(1));
        for (int i = 0; i < 200; i++) {
            filled(seen, 100, TIME.plusSeconds(i * 10L));
        }
        assertThat(seen.size()).isLessThanOrEqualTo(100 * Seen.MEMORY_FACTOR);
        ObjectNode json = Json.object();
        seen.write(json);
        assertThat(json.toString().length()).isLessThan(100 * 24 + 200 * 60);
        seen.prune(TIME.plusSeconds(3000));
        assertThat(seen.size()).isZero();
        assertThat(seen.ask(IdHash.of("any"), TIME)).isEqualTo(Seen.Answer.NEW);
    }
}
