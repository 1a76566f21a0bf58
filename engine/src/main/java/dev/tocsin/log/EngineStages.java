package dev.tocsin.log;

import java.util.List;

/** What the stages of engines are called: the first engine's plainly, those of another end with its name. */
public final class EngineStages {
    public static final String DETECT = "detect";
    public static final String CORRELATE = "correlate";
    /** The engine whose stages have plain names. */
    public static final String FIRST = "blue";

    /** Stands before the run in names of what belongs to a replay. */
    static final String REPLAY = "-replay-";

    private EngineStages() {
    }

    /**
     * Topics, groups and metrics are named after an engine, and some of them do not tell capitals from small letters.
     *
     * @throws IllegalArgumentException when it cannot be an engine's name
     */
    public static void requireName(String engine) {
        if (!engine.matches("[a-z0-9][a-z0-9._-]{0,63}") || engine.contains(REPLAY)) {
            throw new IllegalArgumentException(
                    "an engine's name has 1 to 64 small letters, digits, dots, dashes and underscores,"
                            + " and not " + REPLAY + ": \"" + engine + "\"");
        }
    }

    /** The lane of an engine's stages; empty for the first engine. */
    public static String lane(String engine) {
        return engine.equals(FIRST) ? "" : engine;
    }

    /** @param stage {@link #DETECT} or {@link #CORRELATE} */
    public static String name(String stage, String engine) {
        return lane(engine).isEmpty() ? stage : stage + "-" + lane(engine);
    }

    /** The engine whose stage that is; empty when it is none's. */
    static String engine(String stage) {
        for (String name : List.of(DETECT, CORRELATE)) {
            if (stage.equals(name)) {
                return FIRST;
            }
            if (stage.startsWith(name + "-")) {
                return stage.substring(name.length() + 1);
            }
        }
        return "";
    }

    /**
     * The lane of a replay.
     *
     * @param run digits and small letters
     */
    public static String replayLane(String engine, String run) {
        return engine + REPLAY + run;
    }

    /** The name of a replay's stage: it ends with the lane. */
    public static String inLane(String stage, String lane) {
        return stage + "-" + lane;
    }

    /** Whether a stage of this name is an engine's. */
    static boolean isOne(String stage) {
        return !engine(stage).isEmpty();
    }
}
