package dev.tocsin.cli.demo;

import dev.tocsin.cli.OutputOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tocsin demo}: a whole node in this process, ordinary traffic, an intrusion, and what is seen of it. */
@Command(name = "demo", description = "One process, everything embedded: plays ordinary traffic and an intrusion into a real node.", footer = {
        "", "Keeps its data in ./data, so that a second demo goes on where this one ended.",
        "Ports that are taken are replaced by free ones. Ctrl-C ends it, with exit code 0."})
public final class DemoCommand implements Callable<Integer> {
    private static final Duration END_MAX = Duration.ofSeconds(30);
    private final Supplier<DemoNode> node;
    private final Path files;

    @Option(names = "--rate", defaultValue = "60", paramLabel = "N", description = "Events per second of ordinary traffic (default: ${DEFAULT-VALUE}).")
    private int rate = 60;

    @Option(names = "--once", description = "End after the story; exit code 1 when a rule of it has not fired.")
    private boolean once;

    @Option(names = "--loop", description = "Tell the story again and again, with others in it (default).")
    private boolean loop;

    @Option(names = "--speed", defaultValue = "1", paramLabel = "X", description = "How fast the story goes (default: ${DEFAULT-VALUE}).")
    private double speed = 1;

    @Option(names = "--seed", paramLabel = "N", description = "Play exactly what an earlier demo with this seed played.")
    private @Nullable Long seed;

    @Mixin
    private final OutputOption output = new OutputOption();

    @Spec
    private @Nullable CommandSpec spec;

    /**
     * @param node starts a node with everything embedded and returns when it is ready
     * @param files the folder with background.yml and story.yml
     */
    public DemoCommand(Supplier<DemoNode> node, Path files) {
        this.node = node;
        this.files = files;
    }

    @Override
    public Integer call() throws Exception {
        Player.Pace pace = pace();
        Scenario scenario = scenario();
        InstantSource clock = InstantSource.system();
        Narrator narrator = output.isJson() ? new JsonNarrator(System.out) : terminalNarrator(clock);
        Demo demo = new Demo(scenario, pace, narrator, clock);
        CountDownLatch ended = new CountDownLatch(1);
        Thread onInterrupt = Thread.ofPlatform().name("demo-interrupt").unstarted(() -> interrupted(demo, ended));
        Runtime.getRuntime().addShutdownHook(onInterrupt);
        narrator.starting();
        try (DemoNode running = node.get()) {
            return demo.play(running, sinceProcessStart()) ? 0 : 1;
        } finally {
            ended.countDown();
        }
    }

    private static Narrator terminalNarrator(InstantSource clock) {
        StatusLine line = StatusLine.ofTerminal();
        if (line.isLive() && "true".equals(System.getProperty("tocsin.stderr.tty"))) {
            System.setErr(line.above());
        }
        return new TerminalNarrator(line, clock);
    }

    private Player.Pace pace() {
        if (once && loop) {
            throw usage("--once and --loop exclude each other");
        }
        if (!Files.isRegularFile(files.resolve("story.yml"))) {
            throw usage("there is no story in " + files);
        }
        try {
            return new Player.Pace(rate, !once, speed, seed == null ? System.nanoTime() : seed);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    private Scenario scenario() {
        try {
            return Scenario.read(files);
        } catch (ScenarioException e) {
            throw usage(e.getMessage());
        }
    }

    private ParameterException usage(@Nullable String what) {
        if (spec == null) {
            throw new IllegalStateException("the command is made by picocli, which gives it its specification");
        }
        return new ParameterException(spec.commandLine(), String.valueOf(what));
    }

    /** Ctrl-C is how a demo ends, so its exit code is 0 and not that of the signal. */
    private static void interrupted(Demo demo, CountDownLatch ended) {
        if (ended.getCount() == 0) {
            // The demo ended by itself, and its own exit code stands.
            return;
        }
        demo.stop();
        boolean clean = false;
        try {
            clean = ended.await(END_MAX.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(clean ? 0 : 1);
    }

    private static Duration sinceProcessStart() {
        return ProcessHandle.current().info().startInstant().map(start -> Duration.between(start, Instant.now()))
                .orElse(Duration.ZERO);
    }
}
