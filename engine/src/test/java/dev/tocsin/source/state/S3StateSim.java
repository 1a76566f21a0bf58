package dev.tocsin.source.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.source.state.FencedState.Term;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two or three contenders, each stopped before each request for as long as the seed wants, on a store that fails in every
 * way: never two leaders whose writes are both accepted, never a document lost that was accepted. A seed tells the whole
 * run. {@code -Dtocsin.sim.seeds=20000} runs more of them.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class S3StateSim {
    private static final int SEEDS = Integer.getInteger("tocsin.sim.seeds", 200);
    private static final int TURNS = 600;
    private static final Duration LEASE = Duration.ofSeconds(5);

    private int terms;
    private int accepted;
    private int refused;

    @Test
    void oneLeaderAtATimeAndNothingAcceptedIsLost() throws InterruptedException {
        for (int seed = 1; seed <= SEEDS; seed++) {
            try {
                new World(seed).run();
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
        // The faults must not be so many that nothing happens, nor so few that nobody is fenced.
        assertThat(terms).isGreaterThan(SEEDS * 3);
        assertThat(accepted).isGreaterThan(SEEDS * 10);
        assertThat(refused).isGreaterThan(SEEDS / 4);
    }

    private final class World {
        private final Random random;
        private final FakeObjects objects;
        private final History history = new History();
        private final List<Contender> contenders = new ArrayList<>();
        private final Semaphore stopped = new Semaphore(0);
        private final List<Throwable> failures = new ArrayList<>();
        private long clock = 1;
        private boolean over;

        World(long seed) {
            random = new Random(seed * 7919);
            objects = new FakeObjects(seed);
            for (int i = 0; i < 2 + seed % 2; i++) {
                contenders.add(new Contender(seed * 100 + i));
            }
        }

        void run() throws InterruptedException {
            for (Contender c : contenders) {
                c.thread.start();
                stopped.acquire();
            }
            Contender asleep = contenders.getFirst();
            for (int turn = 0; turn < TURNS; turn++) {
                if (random.nextInt(40) == 0) {
                    asleep = contenders.get(random.nextInt(contenders.size()));
                }
                Contender next = contenders.get(random.nextInt(contenders.size()));
                if (next == asleep && random.nextInt(20) != 0) {
                    continue;
                }
                clock += random.nextLong(LEASE.toNanos() / (random.nextInt(10) == 0 ? 1 : 12));
                objects.lateOnes();
                next.go.release();
                stopped.acquire();
            }
            over = true;
            for (Contender c : contenders) {
                c.go.release();
                stopped.acquire();
                c.thread.join();
            }
            assertThat(failures).isEmpty();
            history.check();
            terms += history.terms();
            accepted += history.accepted();
            refused += history.refused();
            assertThat(objects.size()).as("what is kept").isLessThan(30 + 8 * history.terms() + TURNS / 8);
        }

        /** The end of the run, in the middle of whatever it was. */
        private static final class Over extends RuntimeException {
            private static final long serialVersionUID = 1;
        }

        private final class Contender {
            private final Random choice;
            private final Semaphore go = new Semaphore(0);
            private final Thread thread = Thread.ofVirtual().unstarted(this::live);
            private FencedState state = open();
            private @Nullable Term term;
            private History.@Nullable Seen seen;

            Contender(long seed) {
                choice = new Random(seed);
            }

            private FencedState open() {
                return new S3State("halo", objects.seenBy(this::turn), LEASE, () -> clock);
            }

            private void turn() {
                stopped.release();
                go.acquireUninterruptibly();
                if (over) {
                    throw new Over();
                }
            }

            private void live() {
                try {
                    while (true) {
                        act();
                    }
                } catch (Over _) {
                    // The end.
                } catch (RuntimeException | Error e) {
                    failures.add(e);
                } finally {
                    over = true;
                    stopped.release();
                }
            }

            private void act() {
                try {
                    if (term == null || seen == null) {
                        Optional<Term> led = state.tryLead();
                        led.ifPresent(t -> seen = history.begins(t.epoch(), t.document()));
                        term = led.orElse(null);
                        turn();
                        return;
                    }
                    switch (choice.nextInt(12)) {
                        case 0 -> {
                            term.close();
                            term = null;
                        }
                        case 1, 2 -> term.renew();
                        case 3 -> turn();
                        default -> seen.write(term);
                    }
                } catch (FencedException _) {
                    term = null;
                } catch (IOException _) {
                    // Tried again, or not.
                } catch (FakeObjects.Died _) {
                    term = null;
                    state = open();
                }
            }
        }
    }
}
