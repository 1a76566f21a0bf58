package dev.tocsin.fabric.peer;

import dev.tocsin.fabric.PrefixSet;
import java.util.List;

/**
 * What a peer may do.
 *
 * @param publish prefixes of topics that are taken from it, whoever published there
 * @param subscribe prefixes of topics that are sent to it
 */
public record Rights(PrefixSet publish, PrefixSet subscribe) {
    public static final Rights ALL = new Rights(PrefixSet.of(List.of("")), PrefixSet.of(List.of("")));
    public static final Rights NONE = new Rights(PrefixSet.NONE, PrefixSet.NONE);

    boolean isAll() {
        return this == ALL;
    }
}
