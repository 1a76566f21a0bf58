package dev.tocsin.source.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.source.state.FencedState.Term;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every kind of state promises, tried on the real store. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
abstract class FencedStateContract {
    /** Never runs out in a test. */
    static final Duration LONG = Duration.ofMinutes(5);
    static final Duration SHORT = Duration.ofMillis(700);

    private final List<FencedState> opened = new ArrayList<>();

    /** A state of the same source each time, as another process would open it. */
    abstract FencedState open(Duration lease);

    abstract void restartStore() throws Exception;

    FencedState opened(Duration lease) {
        FencedState state = open(lease);
        opened.add(state);
        return state;
    }

    @AfterEach
    void closeAll() {
        opened.forEach(FencedState::close);
    }

    static Term lead(FencedState state) {
        AtomicReference<Term> term = new AtomicReference<>();
        await().pollInterval(Duration.ofMillis(50)).ignoreExceptionsInstanceOf(IOException.class).until(() -> {
            state.tryLead().ifPresent(term::set);
            return term.get() != null;
        });
        return term.get();
    }

    static void persist(Term term, String document) {
        await().pollInterval(Duration.ofMillis(50)).ignoreExceptionsMatching(
                e -> e instanceof IOException && !(e instanceof FencedException)).until(() -> {
                    term.write(document);
                    return true;
                });
    }

    @Test
    void oneLeadsAndTheOtherStandsBy() throws IOException {
        FencedState one = opened(LONG);
        FencedState other = opened(LONG);
        Term term = lead(one);
        assertThat(term.epoch()).isPositive();
        assertThat(term.document()).isEmpty();
        assertThat(term.isHeld()).isTrue();
        for (int i = 0; i < 3; i++) {
            assertThat(other.tryLead()).isEmpty();
            term.renew();
        }
        term.write("{\"n\":1}");
        assertThat(other.tryLead()).isEmpty();
    }

    @Test
    void whoEndsItsTermIsFollowedAtOnceAndItsDocumentIsThere() throws IOException {
        FencedState one = opened(LONG);
        FencedState other = opened(LONG);
        Term term = lead(one);
        term.write("{\"n\":1}");
        term.write("{\"n\":2,\"text\":\"Größe \uD83D\uDE80 \\n\"}");
        assertThat(other.tryLead()).isEmpty();
        term.close();
        assertThat(term.isHeld()).isFalse();
        Optional<Term> next = other.tryLead();
        assertThat(next).isPresent();
        assertThat(next.get().document()).isEqualTo("{\"n\":2,\"text\":\"Größe \uD83D\uDE80 \\n\"}");
        assertThat(next.get().epoch()).isGreaterThan(term.epoch());
        assertThatThrownBy(() -> term.write("{}")).isInstanceOf(FencedException.class);
        next.get().write("{\"n\":3}");
        next.get().close();
        assertThat(lead(one).document()).isEqualTo("{\"n\":3}");
    }

    @Test
    void epochsOnlyRise() throws IOException {
        long before = 0;
        String document = "";
        for (int i = 0; i < 12; i++) {
            FencedState state = opened(LONG);
            Term term = lead(state);
            assertThat(term.epoch()).isGreaterThan(before);
            assertThat(term.document()).isEqualTo(document);
            before = term.epoch();
            if (i % 3 != 0) {
                document = "{\"n\":" + i + "}";
                term.write(document);
            }
            term.close();
        }
    }

    @Test
    void theDocumentOutlivesTheStoresRestart() throws Exception {
        Term term = lead(opened(LONG));
        term.write("{\"n\":1}");
        restartStore();
        persist(term, "{\"n\":2}");
        restartStore();
        term.close();
        Term next = lead(opened(SHORT));
        assertThat(next.document()).isEqualTo("{\"n\":2}");
        assertThat(next.epoch()).isGreaterThan(term.epoch());
    }

    @Test
    void aLargeDocumentComesBackWholeAndATooLargeOneIsRefused() throws IOException {
        Term term = lead(opened(LONG));
        String large = "{\"ids\":\"" + "0123456789abcdef".repeat(60_000) + "\"}";
        term.write(large);
        assertThatThrownBy(() -> term.write("x".repeat(Documents.BYTES_MAX + 1)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("bytes at most");
        term.renew();
        term.close();
        assertThat(lead(opened(LONG)).document()).isEqualTo(large);
    }
}
