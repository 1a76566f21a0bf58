package dev.tocsin.fabric.store;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The sessions of all clients at a master, for one term. Owned by the master's thread. */
final class Sessions {
    /** A client that was silent for so long is forgotten; no request waits that long. */
    static final Duration IDLE = Duration.ofMinutes(10);

    private static final byte[] FORGOTTEN = new byte[0];

    private final Map<UUID, Session> sessions = new HashMap<>();
    private final Set<UUID> changed = new HashSet<>();

    Sessions(Map<UUID, byte[]> kept) {
        kept.forEach((client, bytes) -> sessions.put(client, Session.read(bytes)));
    }

    Session of(UUID client) {
        return sessions.computeIfAbsent(client, _ -> new Session());
    }

    void changed(UUID client) {
        changed.add(client);
    }

    void forgetIdle(long nowMillis) {
        sessions.forEach((client, session) -> {
            if (session.usedMillis() < nowMillis - IDLE.toMillis()) {
                changed.add(client);
            }
        });
    }

    /** What is to be kept of those that changed; nothing of those that are idle. */
    Map<UUID, byte[]> take(long nowMillis) {
        Map<UUID, byte[]> out = new HashMap<>();
        for (UUID client : changed) {
            Session session = of(client);
            boolean idle = session.usedMillis() < nowMillis - IDLE.toMillis();
            out.put(client, idle ? FORGOTTEN : session.toBytes());
            if (idle) {
                sessions.remove(client);
            }
        }
        changed.clear();
        return out;
    }
}
