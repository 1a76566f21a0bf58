package dev.tocsin.source.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.Endpoint;
import dev.tocsin.config.Secret;
import dev.tocsin.source.state.FencedState.Term;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

class RedisStateTest extends LeaseContract {
    @TempDir
    Path directory;

    private RedisServer server;

    @BeforeEach
    void start() {
        server = new RedisServer(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    FencedState open(Duration lease) {
        return States.open("halo", server.config(lease));
    }

    @Override
    void restartStore() {
        server.kill();
        server.start();
    }

    private Jedis asAnOperator() {
        return new Jedis(new HostAndPort("127.0.0.1", server.port),
                DefaultJedisClientConfig.builder().password(RedisServer.PASSWORD).build());
    }

    @Test
    void aRedisThatIsAwayIsAnErrorThatPasses() {
        Term term = lead(opened(LONG));
        server.kill();
        assertThatThrownBy(() -> term.write("{\"n\":1}")).isInstanceOf(IOException.class)
                .isNotInstanceOf(FencedException.class).hasMessageContaining("127.0.0.1:" + server.port);
        assertThatThrownBy(() -> opened(LONG).tryLead()).isInstanceOf(IOException.class);
        server.start();
        persist(term, "{\"n\":2}");
    }

    @Test
    void aWrongPasswordIsToldWithAHint() {
        FencedState state = States.open("halo", new RedisStateConfig(new Endpoint("127.0.0.1", server.port), null,
                new Secret("guess"), 0, false, "tocsin:", LONG));
        assertThatThrownBy(state::tryLead).isInstanceOf(IOException.class)
                .hasMessageContaining("check username and password").hasMessageNotContaining("guess");
        state.close();
    }

    @Test
    void aRedisThatForgotTakesNoWriteOfAnOldTermAndNoSmallerEpoch() throws IOException {
        FencedState sleeper = opened(SHORT);
        Term stale = lead(sleeper);
        stale.write("{\"n\":1}");
        FencedState awake = opened(SHORT);
        Term term = lead(awake);
        term.write("{\"n\":2}");
        server.lose();
        for (Term old : new Term[]{stale, term}) {
            await().ignoreExceptionsMatching(e -> !(e instanceof FencedException)).untilAsserted(
                    () -> assertThatThrownBy(() -> old.write("{\"lost\":true}")).isInstanceOf(FencedException.class));
        }
        Term after = lead(opened(SHORT));
        assertThat(after.document()).as("nobody has told it").isEmpty();
        assertThat(after.epoch()).isGreaterThan(term.epoch());
        after.close();
        Term told = lead(awake);
        assertThat(told.epoch()).isGreaterThan(after.epoch());
    }

    @Test
    void whoKnowsALaterDocumentThanAForgetfulRedisWritesIt() throws IOException {
        FencedState state = opened(SHORT);
        Term term = lead(state);
        term.write("{\"n\":7}");
        server.lose();
        Term next = lead(state);
        assertThat(next.document()).isEqualTo("{\"n\":7}");
        next.close();
        assertThat(lead(opened(SHORT)).document()).isEqualTo("{\"n\":7}");
    }

    /** Defect of the first connector: GET, compare, SET, and a foreign lock only printed a warning: two writers. */
    @Test
    void renewRedisLock() throws IOException {
        Term term = lead(opened(LONG));
        term.write("{\"n\":1}");
        try (Jedis redis = asAnOperator()) {
            redis.del("tocsin:{halo}:lease");
        }
        Term other = lead(opened(LONG));
        assertThatThrownBy(term::renew).isInstanceOf(FencedException.class);
        assertThatThrownBy(() -> term.write("{\"n\":9}")).isInstanceOf(FencedException.class);
        assertThat(term.isHeld()).isFalse();
        other.renew();
        assertThat(other.document()).isEqualTo("{\"n\":1}");
    }

    /** Defect of the first connector: GET, then DEL, which deleted a successor's lock. */
    @Test
    void clearRedisLock() throws IOException {
        Term term = lead(opened(SHORT));
        Term successor = lead(opened(LONG));
        term.close();
        assertThat(opened(LONG).tryLead()).isEmpty();
        successor.renew();
        try (Jedis redis = asAnOperator()) {
            assertThat(redis.exists("tocsin:{halo}:lease")).isTrue();
            assertThat(redis.exists("locked")).as("the name that the first connector used").isFalse();
        }
    }

    /** Defect of the first connector's --ha: events kept under time, name and message fell together, and for ever. */
    @Test
    void haRedisEventKey() throws IOException {
        Term term = lead(opened(LONG));
        String twins = "{\"seen\":[\"id-1\",\"id-2\"]}";
        for (int i = 0; i < 200; i++) {
            term.write(twins);
        }
        try (Jedis redis = asAnOperator()) {
            assertThat(redis.keys("*")).containsExactlyInAnyOrder("tocsin:{halo}:lease", "tocsin:{halo}:term");
            assertThat(redis.hget("tocsin:{halo}:term", "document")).isEqualTo(twins);
        }
    }
}
