package dev.tocsin.sigma.match;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

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

    /** Literals of so many bytes and more have a table of longer grams, of which there are fewer false finds. */
    private static final int LONG = 8;
    private static final int MIDDLE = 4;

    private final EdgeTable edges;
    private final GramTable[] grams;

    private LiteralIndex(EdgeTable edges, GramTable[] grams) {
        this.edges = edges;
        this.grams = grams;
    }

    /** Collects literals; owned by one thread. */
    public static final class Builder {
        private final List<Literal> literals = new ArrayList<>();

        /** @param literal folded; not empty unless it is the whole text */
        public void add(byte[] literal, Place place, int number) {
            if (literal.length == 0 && place != Place.WHOLE) {
                throw new IllegalArgumentException("an empty literal is everywhere");
            }
            literals.add(new Literal(literal, place, number));
        }

        public LiteralIndex build() {
            List<Literal> edges = literals.stream().filter(l -> l.place() != Place.ANYWHERE).toList();
            List<Literal> inside = literals.stream().filter(l -> l.place() == Place.ANYWHERE)
                    .sorted(Comparator.comparingInt(l -> l.bytes().length)).toList();
            List<GramTable> tables = new ArrayList<>();
            int from = 0;
            for (int limit : new int[]{MIDDLE, LONG, Integer.MAX_VALUE}) {
                int to = from;
                while (to < inside.size() && inside.get(to).bytes().length < limit) {
                    to++;
                }
                if (to > from) {
                    tables.add(GramTable.of(inside.subList(from, to)));
                }
                from = to;
            }
            return new LiteralIndex(EdgeTable.of(edges), tables.toArray(GramTable[]::new));
        }
    }

    /** @param text at least eight bytes may be read from each place of the range, also from its last */
    public void find(byte[] text, int from, int length, Hits hits) {
        edges.find(text, from, length, hits);
        for (GramTable table : grams) {
            table.find(text, from, length, hits);
        }
    }
}
