package dev.tocsin.source.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.base.Endpoint;
import dev.tocsin.config.Secret;
import dev.tocsin.source.state.FencedState.Term;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/**
 * Two or three contenders on a real Redis that forgets leases, loses answers and is restarted. {@code -Dtocsin.sim.seeds}
 * runs more seeds.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class RedisStateSim {
    private static final int SEEDS = Integer.getInteger("tocsin.sim.seeds", 200);
    private static final int TURNS = 40;

    @TempDir
    Path directory;

    private int terms;
    private int accepted;
    private int refused;

    private static final class Contender {
        private FencedState state;
        private @Nullable Term term;
        private History.@Nullable Seen seen;

        Contender(FencedState state) {
            this.state = state;
        }
    }

    @Test
    void oneLeaderAtATimeAndNothingAcceptedIsLost() throws IOException {
        try (RedisServer server = new RedisServer(directory); CutWire wire = new CutWire(server.port)) {
            for (int seed = 1; seed <= SEEDS; seed++) {
                try {
                    run(server, wire, seed);
                } catch (AssertionError e) {
                    throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
                }
            }
        }
        assertThat(terms).isGreaterThan(SEEDS * 2);
        assertThat(accepted).isGreaterThan(SEEDS * 6);
        assertThat(refused).isGreaterThan(SEEDS / 2);
    }

    private static FencedState open(CutWire wire, int seed) {
        return States.open("halo-" + seed, new RedisStateConfig(new Endpoint("127.0.0.1", wire.port()), null,
                new Secret(RedisServer.PASSWORD), 0, false, "tocsin:", Duration.ofMinutes(5)));
    }

    private void run(RedisServer server, CutWire wire, int seed) {
        Random random = new Random(seed);
        History history = new History();
        List<Contender> contenders = new ArrayList<>();
        for (int i = 0; i < 2 + seed % 2; i++) {
            contenders.add(new Contender(open(wire, seed)));
        }
        for (int turn = 0; turn < TURNS; turn++) {
            int luck = random.nextInt(400);
            if (luck == 0) {
                server.kill();
                server.start();
            } else if (luck < 40) {
                forgetLease(server, seed);
            } else if (luck < 80) {
                wire.swallow(1 + random.nextInt(3));
            }
            Contender c = contenders.get(random.nextInt(contenders.size()));
            if (luck > 385) {
                c.state.close();
                c.state = open(wire, seed);
                c.term = null;
            }
            act(c, history, random);
        }
        contenders.forEach(c -> c.state.close());
        history.checkTold();
        history.check();
        terms += history.terms();
        accepted += history.accepted();
        refused += history.refused();
    }

    private static void forgetLease(RedisServer server, int seed) {
        try (Jedis redis = new Jedis(new HostAndPort("127.0.0.1", server.port),
                DefaultJedisClientConfig.builder().password(RedisServer.PASSWORD).autoNegotiateProtocol(false)
                        .build())) {
            redis.del("tocsin:{halo-" + seed + "}:lease");
        }
    }

    private static void act(Contender c, History history, Random random) {
        try {
            Term term = c.term;
            if (term == null || c.seen == null) {
                Optional<Term> led = c.state.tryLead();
                led.ifPresent(t -> c.seen = history.begins(t.epoch(), t.document()));
                c.term = led.orElse(null);
                return;
            }
            switch (random.nextInt(10)) {
                case 0 -> {
                    term.close();
                    c.term = null;
                }
                case 1 -> term.renew();
                default -> c.seen.write(term);
            }
        } catch (FencedException _) {
            c.term = null;
        } catch (IOException _) {
            // Tried again, or not.
        }
    }
}
