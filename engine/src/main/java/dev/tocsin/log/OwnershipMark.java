package dev.tocsin.log;

import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import java.time.Instant;

/**
 * "From here on the customers are distributed over the engines as this revision says", as a {@link Mark} in every partition
 * of {@code events}: {@code {owners}}.
 */
public final class OwnershipMark {
    private static final String SOURCE = "owners";

    private OwnershipMark() {
    }

    public static Event of(int revision, String site, Instant when) {
        return Mark.of("owners/" + revision, SOURCE, site, when, Json.write(Json.object().put(SOURCE, revision)));
    }

    /** The revision; 0 when it is another mark. */
    public static int revision(Event mark) {
        return mark.source().equals(SOURCE) ? Json.read(mark.json()).path(SOURCE).asInt(0) : 0;
    }
}
