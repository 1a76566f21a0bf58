package dev.tocsin.cli.demo;

import dev.tocsin.event.Json;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** One JSON object a line, for scripts: {@code kind} is ready, step, alert, trouble or end. */
final class JsonNarrator implements Narrator {
    private final PrintStream out;

    JsonNarrator(PrintStream out) {
        this.out = out;
    }

    @Override
    public void starting() {
        // A script waits for the line "ready".
    }

    @Override
    public void ready(Duration sinceStart, String pageUrl, String story) {
        write(line("ready").put("millis", sinceStart.toMillis()).put("page", pageUrl).put("story", story));
    }

    @Override
    public void step(int number, int of, String caption) {
        write(line("step").put("step", number).put("of", of).put("caption", caption));
    }

    @Override
    public void alert(Journal.Alerted alert, Duration sinceReady) {
        ObjectNode line = line("alert").put("number", alert.number()).put("id", alert.id()).put("rule", alert.rule())
                .put("title", alert.title()).put("level", alert.level()).put("customer", alert.customer())
                .put("millisSinceReady", sinceReady.toMillis());
        alert.step().ifPresent(step -> line.put("step", step));
        alert.sinceStep().ifPresent(since -> line.put("millisSinceStep", since.toMillis()));
        write(line);
    }

    @Override
    public void trouble(String sentence) {
        write(line("trouble").put("what", sentence));
    }

    @Override
    public void progress(Progress progress) {
        // A script counts for itself; the totals come at the end.
    }

    @Override
    public void end(Progress progress, List<Journal.Owed> owed) {
        ObjectNode line = line("end").put("sent", progress.counts().delivered())
                .put("acknowledged", progress.counts().acknowledged()).put("waiting", progress.counts().waiting())
                .put("repeats", progress.counts().repeats()).put("alerts", progress.alerts())
                .put("rules", progress.rules()).put("seconds", progress.running().toSeconds());
        var list = line.putArray("owed");
        owed.forEach(o -> list.addObject().put("step", o.step()).put("rule", o.rule()));
        write(line);
    }

    private static ObjectNode line(String kind) {
        return Json.object().put("kind", kind);
    }

    private synchronized void write(ObjectNode line) {
        out.println(new String(Json.write(line), StandardCharsets.UTF_8));
        out.flush();
    }
}
