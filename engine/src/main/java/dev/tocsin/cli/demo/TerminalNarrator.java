package dev.tocsin.cli.demo;

import dev.tocsin.cli.demo.StatusLine.Ink;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Tells the demo to a person: the story's captions, each alert below its step, and a line of numbers that moves. */
final class TerminalNarrator implements Narrator {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final Duration PLAIN_EVERY = Duration.ofSeconds(10);
    private final StatusLine screen;
    private final InstantSource clock;
    private Duration lastPlain = Duration.ZERO;

    TerminalNarrator(StatusLine screen, InstantSource clock) {
        this.screen = screen;
        this.clock = clock;
    }

    @Override
    public void starting() {
        screen.status("starting a node: its log, its rules, its listeners; this takes some seconds …");
    }

    @Override
    public void ready(Duration sinceStart, String pageUrl, String story) {
        screen.clear();
        screen.line(screen.ink(Ink.GREEN, "ready in " + seconds(sinceStart)) + "   the page: "
                + screen.ink(Ink.BOLD, pageUrl));
        screen.line("Ordinary traffic is on its way in, and a story: " + screen.ink(Ink.BOLD, story));
        screen.line(screen.ink(Ink.FAINT, "in another terminal: ./tocsin top | tap alerts | search '*' | audit"
                + "      Ctrl-C ends the demo"));
        screen.line("");
    }

    @Override
    public void step(int number, int of, String caption) {
        screen.line(time() + " " + screen.ink(Ink.CYAN, String.format(Locale.ROOT, "%2d/%d", number, of)) + "  "
                + caption);
    }

    @Override
    public void alert(Journal.Alerted alert, Duration sinceReady) {
        String latency = alert.sinceStep().map(d -> "  " + d.toMillis() + " ms").orElse("");
        screen.line("         " + screen.ink(ink(alert.level()), String.format(Locale.ROOT, "%-8s", alert.level()))
                + " " + alert.title() + screen.ink(Ink.FAINT, "  " + alert.customer() + latency));
        if (alert.number() == 1) {
            screen.line(screen.ink(Ink.GREEN, "         the first alert came " + seconds(sinceReady) + " after ready"
                    + alert.sinceStep().map(d -> ", " + d.toMillis() + " ms after its event was sent").orElse("")));
        }
    }

    @Override
    public void trouble(String sentence) {
        screen.line(time() + " " + screen.ink(Ink.YELLOW, sentence));
    }

    @Override
    public void progress(Progress progress) {
        String numbers = String.format(Locale.ROOT,
                "%,d events sent, %,.0f/s   %,d acknowledged   %,d waiting   %,d alerts   step %d/%d",
                progress.counts().delivered(), progress.perSecond(), progress.counts().acknowledged(),
                progress.counts().waiting(), progress.alerts(), progress.step(), progress.steps());
        if (screen.isLive()) {
            screen.status(numbers);
        } else if (due(progress.running())) {
            screen.line(time() + " " + numbers);
        }
    }

    @Override
    public void end(Progress progress, List<Journal.Owed> owed) {
        screen.clear();
        Counts.Snapshot counts = progress.counts();
        screen.line("");
        screen.line(String.format(Locale.ROOT, "%,d events sent in %s; %,d of them over HTTP, all acknowledged",
                counts.delivered(), seconds(progress.running()), counts.acknowledged())
                + (counts.waiting() == 0
                        ? ""
                        : String.format(Locale.ROOT, "; %,d more were about to be sent",
                                counts.waiting()))
                + (counts.repeats() == 0
                        ? ""
                        : String.format(Locale.ROOT, "; %,d batches were sent again",
                                counts.repeats())));
        screen.line(String.format(Locale.ROOT, "%,d alerts by %d rules; %d of %d steps of the story were played",
                progress.alerts(), progress.rules(), progress.step(), progress.steps()));
        owed.forEach(o -> screen.line(screen.ink(Ink.YELLOW, "step " + o.step() + " should have made rule " + o.rule()
                + " fire and has not")));
        screen.line("");
        screen.line("Look further:");
        screen.line("  ./tocsin demo                                   goes on from what is on disk");
        screen.line("  ./tocsin rules test examples/rules              the rules against their own examples");
        screen.line("  ./tocsin run -c examples/tocsin.yaml            a node for your own events");
    }

    private synchronized boolean due(Duration running) {
        if (running.minus(lastPlain).compareTo(PLAIN_EVERY) < 0) {
            return false;
        }
        lastPlain = running;
        return true;
    }

    private static Ink ink(String level) {
        return switch (level) {
            case "critical", "high" -> Ink.RED;
            case "medium" -> Ink.YELLOW;
            default -> Ink.PLAIN;
        };
    }

    private String time() {
        return screen.ink(Ink.FAINT, CLOCK.format(LocalTime.ofInstant(clock.instant(), ZoneId.systemDefault())));
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
}
