package dev.tocsin.config;

import java.util.Comparator;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/** A line and a column of the file, both from 1. */
record Place(int line, int column) implements Comparable<Place> {
    static final Place START = new Place(1, 1);
    private static final Comparator<Place> ORDER = Comparator.comparingInt(Place::line)
            .thenComparingInt(Place::column);

    static Place of(Node node) {
        return node.getStartMark().map(Place::of).orElse(START);
    }

    static Place of(Mark mark) {
        return new Place(mark.getLine() + 1, mark.getColumn() + 1);
    }

    @Override
    public int compareTo(Place other) {
        return ORDER.compare(this, other);
    }
}
