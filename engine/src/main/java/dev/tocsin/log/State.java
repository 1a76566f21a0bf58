package dev.tocsin.log;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state of one stage for one partition: a map kept in a compacted topic. Changes become durable with the commit of
 * the batch that made them, or not at all. Used by the stage's worker thread only.
 */
public interface State {
    byte @Nullable [] get(String key);

    void put(String key, byte[] value);

    void remove(String key);

    /** All entries; do not change the map or the arrays. */
    Map<String, byte[]> entries();
}
