package dev.tocsin.log;

import dev.tocsin.event.Event;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What is in intake, for tests. */
public final class IntakeIds {
    private IntakeIds() {
    }

    public static List<String> of(DurableLog log) throws IOException {
        List<String> ids = new ArrayList<>();
        log.read(Stream.INTAKE, Instant.EPOCH, Instant.parse("2100-01-01T00:00:00Z"), new StreamReading.Receiver() {
            @Override
            public void begin(long records) {
                // Not of interest.
            }

            @Override
            public void event(Event event) {
                ids.add(event.id().toString());
            }
        });
        return ids;
    }
}
