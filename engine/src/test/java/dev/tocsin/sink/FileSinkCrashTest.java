package dev.tocsin.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Problem;
import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import dev.tocsin.log.Commit;
import dev.tocsin.log.Events;
import dev.tocsin.log.FakeOutput;
import dev.tocsin.log.FakeState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Crashes the sink after each of its steps, and again after each step of the recovery; the lines must be there once. */
class FileSinkCrashTest {
    private static final Path FILE = Path.of("/out/alerts.jsonl");
    private static final int EVENTS = 30;
    private static final int BATCH = 3;
    private static final ByteSize ROTATE = new ByteSize(700);

    /** The stage loop in small: state and offset commit together, and what was not committed comes again. */
    private static final class Run {
        private final FakeDisk disk = new FakeDisk();
        private final FakeState state = new FakeState();
        private final List<Problem> alarms = new ArrayList<>();
        private final List<Event> log = IntStream.range(0, EVENTS).mapToObj(n -> Events.event(n, "{\"n\":" + n + "}"))
                .toList();
        private final Random chance;
        private final boolean power;
        private int offset;

        Run(boolean power, long seed) {
            this.power = power;
            this.chance = new Random(seed);
        }

        /** Returns whether it came to the end. */
        boolean upTo(int crashAfter) throws IOException {
            disk.crashAfter(crashAfter);
            try {
                FileSink sink = new FileSink(new FileSinkConfig(SinkStream.ALERTS, FILE, ROTATE, 0, SinkFormat.JSON), 1,
                        "n1",
                        alarms::add, disk);
                sink.assigned(0, state);
                while (offset < EVENTS) {
                    sink.handle(0, log.subList(offset, offset + BATCH), new FakeOutput());
                    sink.flush(Commit.NONE);
                    disk.step();
                    state.commit();
                    offset += BATCH;
                    disk.step();
                }
                sink.close();
                return true;
            } catch (FakeDisk.Crash _) {
                if (power) {
                    disk.cutPower(chance);
                } else {
                    disk.kill();
                }
                state.rollback();
                return false;
            }
        }

        /** The numbers in the lines of all files, oldest first. */
        List<Integer> lines() {
            StringBuilder all = new StringBuilder();
            for (int n = 1; disk.exists(Path.of(FILE + "." + n)); n++) {
                all.append(new String(disk.read(Path.of(FILE + "." + n)), StandardCharsets.UTF_8));
            }
            all.append(new String(disk.read(FILE), StandardCharsets.UTF_8));
            return all.toString().lines().map(line -> Json.read(line).path("n").asInt()).toList();
        }
    }

    private static final List<Integer> ALL = IntStream.range(0, EVENTS).boxed().toList();

    private static int steps() throws IOException {
        Run whole = new Run(false, 0);
        assertThat(whole.upTo(Integer.MAX_VALUE)).isTrue();
        assertThat(whole.lines()).isEqualTo(ALL);
        assertThat(whole.disk.files()).hasSizeGreaterThan(3);
        return whole.disk.steps();
    }

    @Test
    void aProcessKilledAfterAnyStepLeavesEachLineOnce() throws IOException {
        int steps = steps();
        for (int first = 1; first <= steps; first++) {
            for (int second = 0; second <= 25; second++) {
                crashTwice(new Run(false, 0), first, second);
            }
        }
    }

    @Test
    void aPowerCutAfterAnyStepLeavesEachLineOnce() throws IOException {
        int steps = steps();
        for (int first = 1; first <= steps; first++) {
            for (int second = 0; second <= 25; second++) {
                for (int seed = 0; seed < 4; seed++) {
                    crashTwice(new Run(true, 31L * seed + first), first, second);
                }
            }
        }
    }

    private static void crashTwice(Run run, int first, int second) throws IOException {
        assertThat(run.upTo(first)).isFalse();
        if (second > 0) {
            run.upTo(second);
        }
        run.upTo(Integer.MAX_VALUE);
        assertThat(run.lines()).as("crash after step " + first + ", then " + second).isEqualTo(ALL);
        assertThat(run.alarms).as("crash after step " + first + ", then " + second).isEmpty();
    }

    @Test
    void crashesWithoutEndDoNoHarm() throws IOException {
        for (int seed = 0; seed < 200; seed++) {
            Run run = new Run(seed % 2 == 0, seed);
            Random random = new Random(seed);
            int crashes = 0;
            while (!run.upTo(1 + random.nextInt(14)) && crashes < 1000) {
                crashes++;
            }
            assertThat(run.lines()).as("seed " + seed).isEqualTo(ALL);
            assertThat(run.alarms).isEmpty();
        }
    }

    @Test
    void aFileThatSomebodyElseCutIsAnAlarmAlsoWhenCrashingOverAndOver() throws IOException {
        for (int crash = 1; crash < 40; crash++) {
            for (boolean gone : new boolean[]{true, false}) {
                Run run = new Run(false, 0);
                // Enough for one commit and a little more.
                while (run.offset == 0) {
                    run.upTo(12);
                }
                if (gone) {
                    run.disk.lose(FILE);
                } else {
                    run.disk.write(FILE, "{\"n\":0}\n{\"n\":".getBytes(StandardCharsets.UTF_8));
                }
                run.upTo(crash);
                run.upTo(Integer.MAX_VALUE);
                assertThat(run.alarms).isNotEmpty().allSatisfy(p -> assertThat(p.code()).isEqualTo("E401"));
                String rest = new String(run.disk.read(FILE), StandardCharsets.UTF_8);
                for (int n = 2; run.disk.exists(Path.of(FILE + "." + n)); n++) {
                    rest = new String(run.disk.read(Path.of(FILE + "." + n)), StandardCharsets.UTF_8) + rest;
                }
                assertThat(rest.lines().map(l -> Json.read(l).path("n").asInt()).sorted().toList())
                        .containsExactlyElementsOf(ALL.subList(BATCH, EVENTS));
            }
        }
    }
}
