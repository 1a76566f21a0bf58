package dev.tocsin.sigma.match;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The names that lead to wanted fields. A path {@code a.b.c} may stand in an event as the name {@code a.b.c}, as {@code b.c}
 * in {@code a}, as {@code c} in {@code b} in {@code a}, and as {@code c} in {@code a.b}; so each path is a name at the top,
 * and each of its dots opens a way into an object. Immutable.
 *
 * <p>An entry is a name within one object of that tree of ways. All entries are in one hash table; which object one is in is
 * part of the hash.
 */
public final class FieldNames {
    /** The event itself. */
    static final int ROOT = 0;
    /** Not in the table. */
    static final int NONE = -1;

    private record Name(int node, String text) {
    }

    private final int[] table;
    private final long[] hashes;
    private final byte[][] names;
    private final int[] path;
    private final int[] child;
    private final boolean[] without;
    /** The entry through which an object is reached; {@link #NONE} for the root. */
    private final int[] parent;
    private final int[] nodeOf;
    private final int mask;

    private FieldNames(Builder builder) {
        int count = builder.entries.size();
        names = new byte[count][];
        path = new int[count];
        child = new int[count];
        hashes = new long[count];
        nodeOf = new int[count];
        without = new boolean[count];
        parent = new int[builder.nodes];
        Arrays.fill(parent, NONE);
        mask = Integer.highestOneBit(Math.max(8, count * 4)) - 1;
        table = new int[mask + 1];
        Arrays.fill(table, NONE);
        int entry = 0;
        for (Map.Entry<Name, int[]> e : builder.entries.entrySet()) {
            names[entry] = e.getKey().text().getBytes(StandardCharsets.UTF_8);
            nodeOf[entry] = e.getKey().node();
            path[entry] = e.getValue()[0];
            child[entry] = e.getValue()[1];
            without[entry] = e.getValue()[2] != 0;
            hashes[entry] = Words.hash(names[entry], 0, names[entry].length, seed(e.getKey().node()));
            if (child[entry] != NONE) {
                parent[child[entry]] = entry;
            }
            int at = slot(hashes[entry]);
            while (table[at] != NONE) {
                at = at + 1 & mask;
            }
            table[at] = entry++;
        }
    }

    /**
     * @param paths dotted; their places in the list are their numbers
     * @param without dotted ways to what is not part of the event; each dot leads into an object
     */
    public static FieldNames of(List<String> paths, List<String> without) {
        Builder builder = new Builder();
        for (int i = 0; i < paths.size(); i++) {
            builder.add(ROOT, paths.get(i), i);
        }
        without.forEach(builder::leaveOut);
        return new FieldNames(builder);
    }

    private static final class Builder {
        private final Map<Name, int[]> entries = new LinkedHashMap<>();
        private final Map<Integer, Integer> nodeOf = new HashMap<>();
        private int nodes = 1;

        private int[] entry(int node, String name) {
            return entries.computeIfAbsent(new Name(node, name), _ -> new int[]{NONE, NONE, 0});
        }

        private int inside(int[] entry) {
            if (entry[1] == NONE) {
                entry[1] = nodes++;
            }
            return entry[1];
        }

        void add(int node, String rest, int number) {
            entry(node, rest)[0] = number;
            // A name that begins with a dot is not split there, nor an empty one.
            for (int dot = rest.indexOf('.'); dot > 0; dot = rest.indexOf('.', dot + 1)) {
                add(inside(entry(node, rest.substring(0, dot))), rest.substring(dot + 1), number);
            }
        }

        void leaveOut(String way) {
            int node = ROOT;
            String[] names = way.split("\\.");
            for (int i = 0; i < names.length - 1; i++) {
                node = inside(entry(node, names[i]));
            }
            entry(node, names[names.length - 1])[2] = 1;
        }
    }

    int size() {
        return names.length;
    }

    static long seed(int node) {
        return node * 0x5851F42D4C957F2DL;
    }

    private int slot(long hash) {
        return (int) (hash >>> 40) & mask;
    }

    /** The entry of a name, found by {@link Words#hash} with the object's {@link #seed}; {@link #NONE} if nobody wants it. */
    int find(long hash, int node, byte[] bytes, int from, int end) {
        for (int at = slot(hash); table[at] != NONE; at = at + 1 & mask) {
            int entry = table[at];
            if (hashes[entry] == hash && nodeOf[entry] == node
                    && Arrays.equals(names[entry], 0, names[entry].length, bytes, from, end)) {
                return entry;
            }
        }
        return NONE;
    }

    /** The path whose value stands under this name, or {@link #NONE}. */
    int path(int entry) {
        return path[entry];
    }

    /** The object into which paths go on, or {@link #NONE}. */
    int child(int entry) {
        return child[entry];
    }

    boolean isWithout(int entry) {
        return without[entry];
    }

    /** Which entries are worth a look when only some paths are wanted. */
    Demand demand(BitSet paths, boolean everything) {
        byte[] wanted = new byte[size()];
        List<Integer> open = new ArrayList<>();
        for (int entry = 0; entry < size(); entry++) {
            if (path[entry] != NONE && paths.get(path[entry])) {
                wanted[entry] |= Demand.VALUE;
                open.add(parent[nodeOf[entry]]);
            }
            if (without[entry]) {
                wanted[entry] |= Demand.WITHOUT;
                open.add(parent[nodeOf[entry]]);
            }
        }
        for (int i = 0; i < open.size(); i++) {
            int entry = open.get(i);
            if (entry != NONE && (wanted[entry] & Demand.INSIDE) == 0) {
                wanted[entry] |= Demand.INSIDE;
                open.add(parent[nodeOf[entry]]);
            }
        }
        return new Demand(this, wanted, everything);
    }
}
