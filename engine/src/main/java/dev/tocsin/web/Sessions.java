package dev.tocsin.web;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who is logged in to the page. A session is a new random name at each login, ends after a fixed time, at logout and
 * with the process. Thread-safe.
 */
final class Sessions {
    private static final int SESSIONS_MAX = 1000;

    private final SecureRandom random = new SecureRandom();
    private final Clock clock;
    private final Duration length;
    private final Map<String, Instant> ends = new LinkedHashMap<>();

    Sessions(Clock clock, Duration length) {
        this.clock = clock;
        this.length = length;
    }

    /** A new session; the oldest ends when there are too many. */
    synchronized String open() {
        Instant now = clock.instant();
        ends.values().removeIf(end -> !end.isAfter(now));
        if (ends.size() >= SESSIONS_MAX) {
            ends.remove(ends.keySet().iterator().next());
        }
        byte[] name = new byte[32];
        random.nextBytes(name);
        String session = HexFormat.of().formatHex(name);
        ends.put(session, now.plus(length));
        return session;
    }

    synchronized boolean isOpen(@Nullable String session) {
        Instant end = session == null ? null : ends.get(session);
        return end != null && end.isAfter(clock.instant());
    }

    synchronized void close(@Nullable String session) {
        if (session != null) {
            ends.remove(session);
        }
    }
}
