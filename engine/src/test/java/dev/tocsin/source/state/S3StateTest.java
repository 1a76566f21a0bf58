package dev.tocsin.source.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.source.state.FencedState.Term;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class S3StateTest extends LeaseContract {
    @TempDir
    static Path directory;

    private static S3Server server;

    private String source = "";

    @BeforeAll
    static void start() throws IOException {
        server = new S3Server(directory);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void nameTheSource(TestInfo test) {
        source = test.getTestMethod().orElseThrow().getName();
    }

    @Override
    FencedState open(Duration lease) {
        return States.open(source, server.config(lease));
    }

    @Override
    void restartStore() throws IOException {
        server.kill();
        server.start();
    }

    private FencedState through(FaultyS3 between, Duration lease) {
        return States.open(source, S3Server.config(between.port(), lease));
    }

    @Test
    void aServerThatDoesNotHonourTheConditionIsRefusedWithWhatToDo() throws IOException {
        try (FaultyS3 between = new FaultyS3(server.port); FencedState state = through(between, LONG)) {
            between.ignoreConditions();
            assertThatThrownBy(state::tryLead).isInstanceOf(IOException.class)
                    .hasMessageContaining("does not honour If-None-Match").hasMessageContaining("redis or kafka");
        }
    }

    @Test
    void errorsAndConflictsOfTheServerAreTriedAgain() throws IOException {
        try (FaultyS3 between = new FaultyS3(server.port); FencedState state = through(between, LONG)) {
            Term term = lead(state);
            for (int i = 0; i < 6; i++) {
                between.next(List.of("409", "500 after", "503", "500").get(i % 4));
                persist(term, "{\"n\":" + i + "}");
            }
            assertThat(between.injected()).isEqualTo(6);
            term.close();
            assertThat(lead(opened(LONG)).document()).isEqualTo("{\"n\":5}");
        }
    }

    @Test
    void aBucketThatIsMissingIsTold() {
        S3StateConfig good = server.config(LONG);
        FencedState state = States.open(source, new S3StateConfig("no-such-bucket", good.prefix(), good.endpoint(),
                good.region(), true, good.accessKey(), good.secretKey(), LONG));
        assertThatThrownBy(state::tryLead).isInstanceOf(IOException.class)
                .hasMessageContaining("make the bucket first");
        state.close();
    }

    @Test
    void oldDocumentsAreDeletedAndWhatFencesStays() throws IOException {
        for (int i = 0; i < 3; i++) {
            Term term = lead(opened(LONG));
            for (int n = 0; n < 10; n++) {
                term.write("{\"n\":" + n + "}");
            }
            term.renew();
            term.renew();
            term.close();
        }
        Term term = lead(opened(LONG));
        term.renew();
        term.renew();
        try (ObjectStore objects = new S3Objects(server.config(LONG))) {
            Map<Long, List<Long>> sizes = objects.list(source + "/", source + "/").stream()
                    .collect(java.util.stream.Collectors.groupingBy(e -> S3Chain.generation(e.name()),
                            java.util.stream.Collectors.mapping(ObjectStore.Entry::bytes,
                                    java.util.stream.Collectors.toList())));
            assertThat(sizes.keySet()).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
            for (long generation = 1; generation < 4; generation++) {
                assertThat(sizes.get(generation)).as("claim, stub, seal").hasSize(3).endsWith(0L)
                        .allMatch(bytes -> bytes < 300);
            }
        }
    }

    /** Defect of the first connector: a look, then a PUT, so two could lock; and nobody could ever take over. */
    @Test
    void checkS3Lock() throws Exception {
        List<FencedState> contenders = List.of(opened(SHORT), opened(SHORT), opened(SHORT), opened(SHORT));
        for (int round = 0; round < 4; round++) {
            List<Term> led = new java.util.concurrent.CopyOnWriteArrayList<>();
            List<Thread> threads = contenders.stream().map(state -> Thread.ofVirtual().start(() -> {
                try {
                    state.tryLead().ifPresent(led::add);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            })).toList();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(led).as("round " + round).hasSizeLessThanOrEqualTo(1);
            led.forEach(Term::close);
        }
        Term dead = lead(opened(SHORT));
        assertThat(lead(opened(SHORT)).epoch()).as("a killed leader is followed").isGreaterThan(dead.epoch());
    }
}
