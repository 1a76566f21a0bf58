package dev.tocsin.sigma.correlate;

import java.util.Map;

/** Where state outlives the process: a map of small entries. */
public interface CorrelationStore {
    void put(String key, byte[] value);

    void remove(String key);

    /** All entries; not to be changed. */
    Map<String, byte[]> entries();

    /** Keeps nothing. */
    CorrelationStore NOWHERE = new CorrelationStore() {
        @Override
        public void put(String key, byte[] value) {
            // Nothing is kept.
        }

        @Override
        public void remove(String key) {
            // Nothing was kept.
        }

        @Override
        public Map<String, byte[]> entries() {
            return Map.of();
        }
    };
}
