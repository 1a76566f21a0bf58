package dev.tocsin.source.state;

import dev.tocsin.log.DurableLog;

/** Opens state by its settings. */
public final class States {
    private States() {
    }

    /**
     * Does not ask the store yet: what is wrong with it is told by {@link FencedState#tryLead}.
     *
     * @param source name of the source, the same in all processes that stand by for each other
     * @throws IllegalArgumentException when the name cannot be one, or for state that is in the log
     */
    public static FencedState open(String source, StateConfig config) {
        return switch (config) {
            case RedisStateConfig redis -> new RedisState(source, redis, System::nanoTime);
            case S3StateConfig s3 -> new S3State(source, new S3Objects(s3), s3.lease(), System::nanoTime);
            case FileStateConfig file -> new FileState(source, file);
            case KafkaStateConfig _ -> throw new IllegalArgumentException(
                    "state of type kafka is in the log; it needs one");
        };
    }

    /** As {@link #open(String, StateConfig)}, where there is a log. */
    public static FencedState open(String source, StateConfig config, DurableLog log) {
        return config instanceof KafkaStateConfig kafka ? new KafkaState(source, kafka, log) : open(source, config);
    }

    /** State in the log, whose terms write events and document as one. */
    public static KafkaState inLog(String source, KafkaStateConfig config, DurableLog log) {
        return new KafkaState(source, config, log);
    }
}
