package dev.tocsin.rollout.replay;

import java.time.Instant;
import java.util.Map;

/**
 * How a replay went, or goes.
 *
 * @param run its name; a side of a comparison is {@code ENGINE@RUN}
 * @param content names the rules
 * @param from event time from which, included
 * @param to event time to which, not included
 * @param speed how many times faster than the events happened; 0 for as fast as it can
 * @param state {@code running}, {@code done}, {@code cancelled} or {@code failed}
 * @param problem what troubles it, or empty
 * @param seconds it took, or takes so far
 * @param records to be read in all
 * @param read of these
 * @param events of the period that were evaluated
 * @param secondsLeft at this rate; 0 when it is over, -1 when nobody can tell
 * @param evaluationP50Micros time in the engine for an event, half of them at most; a batch counts by its mean
 * @param evaluationP99Micros the same for 99 of a hundred
 * @param cpuSecondsPerMillion CPU time of the engine's threads for a million events, reading and writing included
 * @param allocatedBytesPerEvent that the engine's threads took from the heap
 * @param heapMaxBytes the most that was seen in use, of the whole process
 * @param alerts raised, all of them withheld
 * @param dead events on which a rule failed
 * @param rules how often each fired
 */
public record ReplayReport(String run, String engine, String content, String who, Instant from, Instant to,
        double speed, String state, String problem, Instant started, double seconds, long records, long read,
        long events,
        double eventsPerSecond, double secondsLeft, double evaluationP50Micros, double evaluationP99Micros,
        double cpuSecondsPerMillion, double allocatedBytesPerEvent, long heapMaxBytes, long alerts, long dead,
        Map<String, Long> rules) {
    public static final String RUNNING = "running";
    public static final String DONE = "done";
    public static final String CANCELLED = "cancelled";
    public static final String FAILED = "failed";

    public ReplayReport {
        rules = Map.copyOf(rules);
    }

    public boolean isOver() {
        return !state.equals(RUNNING);
    }

    ReplayReport ended(String how, String why) {
        return new ReplayReport(run, engine, content, who, from, to, speed, how, why, started, seconds, records, read,
                events, eventsPerSecond, 0, evaluationP50Micros, evaluationP99Micros, cpuSecondsPerMillion,
                allocatedBytesPerEvent, heapMaxBytes, alerts, dead, rules);
    }
}
