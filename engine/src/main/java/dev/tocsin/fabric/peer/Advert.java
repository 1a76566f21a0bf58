package dev.tocsin.fabric.peer;

import dev.tocsin.fabric.PrefixSet;
import dev.tocsin.fabric.Topics;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * An endpoint wants topics, and can be reached over others.
 *
 * @param version of what it wants; rises
 * @param away whether a link of the path is down: it cannot be reached now, and what it wants is kept for it
 * @param path over whom: begins with the one that said this, ends with the endpoint itself
 */
record Advert(UUID endpoint, String node, long version, boolean away, List<UUID> path, PrefixSet prefixes) {
    private static final int PATH_MAX = 64;
    private static final int PREFIXES_MAX = 10_000;

    /** One that can be reached first, then the shortest path; otherwise by ids, so that everybody chooses alike. */
    static final Comparator<Advert> NEARER = Comparator.<Advert, Boolean>comparing(a -> a.away)
            .thenComparingInt(a -> a.path.size()).thenComparing(a -> a.path.toString());

    /** The same from the point of view of a peer of the one that got it. @param cut whether it cannot be reached now */
    Advert over(UUID via, boolean cut) {
        List<UUID> longer = new ArrayList<>(path.size() + 1);
        longer.add(via);
        longer.addAll(path);
        return new Advert(endpoint, node, version, away || cut, List.copyOf(longer), prefixes);
    }

    boolean isPathTooLong() {
        return path.size() >= PATH_MAX;
    }

    void write(FrameWriter out) throws IOException {
        out.begin(Frame.ADVERT).id(endpoint).text(node).number(version).number(away ? 1 : 0)
                .number(path.size());
        path.forEach(out::id);
        out.number(prefixes.texts().size());
        prefixes.texts().forEach(p -> out.bytes(Topics.bytes(p)));
        out.end();
    }

    static Advert read(FrameReader in) throws ProtocolException {
        UUID endpoint = in.id();
        String node = in.text();
        long version = in.number();
        boolean away = in.number() != 0;
        int length = in.count();
        if (length < 1 || length > PATH_MAX) {
            throw new ProtocolException("a path of " + length + " nodes");
        }
        List<UUID> path = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            path.add(in.id());
        }
        int count = in.count();
        if (count > PREFIXES_MAX) {
            throw new ProtocolException(count + " prefixes; at most " + PREFIXES_MAX + " are taken");
        }
        List<String> prefixes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] prefix = in.bytes();
            if (prefix.length > Topics.BYTES_MAX) {
                throw new ProtocolException("a prefix of " + prefix.length + " bytes");
            }
            prefixes.add(Topics.text(prefix));
        }
        return new Advert(endpoint, node, version, away, List.copyOf(path), PrefixSet.of(prefixes));
    }
}
