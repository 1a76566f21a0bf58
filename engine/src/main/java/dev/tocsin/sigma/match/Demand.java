package dev.tocsin.sigma.match;

import java.util.BitSet;

/** What of an event is wanted: some paths, or every value. Immutable. */
public final class Demand {
    static final byte VALUE = 1;
    static final byte INSIDE = 2;
    static final byte WITHOUT = 4;

    private final FieldNames names;
    private final byte[] wanted;
    private final boolean everything;

    Demand(FieldNames names, byte[] wanted, boolean everything) {
        this.names = names;
        this.wanted = wanted;
        this.everything = everything;
    }

    /** @param everything whether all values are wanted besides, as keywords want them */
    public static Demand of(FieldNames names, BitSet paths, boolean everything) {
        return names.demand(paths, everything);
    }

    FieldNames names() {
        return names;
    }

    boolean everything() {
        return everything;
    }

    byte[] wanted() {
        return wanted;
    }
}
