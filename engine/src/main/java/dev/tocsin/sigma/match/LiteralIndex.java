package dev.tocsin.sigma.match;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which of many literals are in a text: as the whole of it, at its start, at its end, anywhere. Literals and texts are folded
 * bytes. Immutable; a text costs about the same whether there are ten literals or a hundred thousand.
 *
 * <p>Whole texts, starts and ends are looked up by hash ({@link EdgeTable}), literals anywhere by the rarest few bytes of
 * each ({@link GramTable}); each find is compared byte by byte before it counts.
 */
public final class LiteralIndex {
    /** Where a literal must stand. */
    public enum Place {
        WHOLE,
        START,
        END,
        ANYWHERE
    }

    /** @param number what is said to {@link Hits} when it is found */
    record Literal(byte[] bytes, Place place, int number) {
    }

    private final EdgeTable edges;
    private final @Nullable GramTable grams;

    private LiteralIndex(EdgeTable edges, @Nullable GramTable grams) {
        this.edges = edges;
        this.grams = grams;
    }

    /** Whether it is worth an index to look for it anywhere: short ASCII is nearly everywhere. */
    public static boolean isLong(byte[] literal) {
        return literal.length >= GramTable.MIDDLE || literal.length > 0 && literal[0] < 0;
    }

    /** Collects literals; owned by one thread. */
    public static final class Builder {
        private final List<Literal> literals = new ArrayList<>();

        /** @param literal folded; not empty unless it is the whole text */
        public void add(byte[] literal, Place place, int number) {
            if (literal.length == 0 && place != Place.WHOLE || place == Place.ANYWHERE && !isLong(literal)) {
                throw new IllegalArgumentException("too short to be looked for");
            }
            literals.add(new Literal(literal, place, number));
        }

        LiteralIndex build(GramCounts counts) {
            List<Literal> inside = literals.stream().filter(l -> l.place() == Place.ANYWHERE).toList();
            return new LiteralIndex(
                    new EdgeTable(literals.stream().filter(l -> l.place() != Place.ANYWHERE).toList()),
                    inside.isEmpty() ? null : GramTable.of(inside, counts));
        }

        private void count(GramCounts counts) {
            literals.forEach(l -> counts.add(l.bytes()));
        }
    }

    /** Builds the indexes of several fields together: what is rare is a question of all literals. */
    public static Map<Integer, LiteralIndex> build(Map<Integer, Builder> builders) {
        GramCounts counts = new GramCounts();
        builders.values().forEach(builder -> builder.count(counts));
        Map<Integer, LiteralIndex> indexes = new HashMap<>();
        builders.forEach((field, builder) -> indexes.put(field, builder.build(counts)));
        return indexes;
    }

    /**
     * @param text at least eight bytes may be read from each place of the range, also from its last
     * @param ascii that all of the text is ASCII; if it is not known, false
     */
    public void find(byte[] text, int from, int length, boolean ascii, Hits hits) {
        edges.find(text, from, length, hits);
        if (grams != null) {
            grams.find(text, from, length, ascii, hits);
        }
    }
}
