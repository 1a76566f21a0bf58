package dev.tocsin.cli.demo;

import java.time.Duration;
import java.util.List;

/** Tells what happens to whoever watches. Any thread may call it; what one call says is never torn by another. */
interface Narrator {
    /** A node is being started, which takes seconds. */
    void starting();

    /** The node takes events. */
    void ready(Duration sinceStart, String pageUrl, String story);

    void step(int number, int of, String caption);

    /** @param sinceReady how long the node has been ready; of interest for the first alert */
    void alert(Journal.Alerted alert, Duration sinceReady);

    /** Something does not work, or works again. */
    void trouble(String sentence);

    /** Comes about twice a second. */
    void progress(Progress progress);

    void end(Progress progress, List<Journal.Owed> owed);

    /** The demo in numbers. */
    record Progress(Counts.Snapshot counts, double perSecond, long alerts, int rules, int step, int steps,
            Duration running) {
    }
}
