package dev.tocsin.fabric;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Topic prefixes, reduced to the shortest: what a shorter one covers is left out, as Broker's filters are. So no two of
 * them overlap, and the only one that can cover a topic is its neighbour in the order of bytes. Immutable.
 */
public final class PrefixSet {
    public static final PrefixSet NONE = new PrefixSet(List.of());

    private final TreeSet<byte[]> prefixes = new TreeSet<>(Arrays::compareUnsigned);
    private final Set<String> texts = new HashSet<>();

    private PrefixSet(Collection<String> from) {
        TreeSet<byte[]> all = new TreeSet<>(Arrays::compareUnsigned);
        from.forEach(p -> all.add(Topics.bytes(p)));
        byte @Nullable [] shorter = null;
        for (byte[] prefix : all) {
            if (shorter == null || !Topics.isPrefix(shorter, prefix)) {
                prefixes.add(prefix);
                texts.add(Topics.text(prefix));
                shorter = prefix;
            }
        }
    }

    /** @throws IllegalArgumentException when one of them is too long */
    public static PrefixSet of(Collection<String> prefixes) {
        return prefixes.isEmpty() ? NONE : new PrefixSet(prefixes);
    }

    public boolean covers(byte[] topic) {
        byte[] nearest = prefixes.floor(topic);
        return nearest != null && Topics.isPrefix(nearest, topic);
    }

    public boolean covers(String topic) {
        return covers(Topics.bytes(topic));
    }

    /** What any of them covers. */
    public static PrefixSet union(Collection<PrefixSet> sets) {
        Set<String> all = new HashSet<>();
        sets.forEach(s -> all.addAll(s.texts));
        return of(all);
    }

    /** Those of its prefixes that the other does not cover completely. */
    PrefixSet without(PrefixSet other) {
        return of(texts.stream().filter(p -> !other.covers(p)).toList());
    }

    /** What both cover. */
    public PrefixSet and(PrefixSet other) {
        Set<String> both = new HashSet<>();
        texts.stream().filter(other::covers).forEach(both::add);
        other.texts.stream().filter(this::covers).forEach(both::add);
        return of(both);
    }

    /** Whether it covers every topic. */
    public boolean isAll() {
        return texts.contains("");
    }

    public boolean isEmpty() {
        return prefixes.isEmpty();
    }

    public Set<String> texts() {
        return Set.copyOf(texts);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PrefixSet set && set.texts.equals(texts);
    }

    @Override
    public int hashCode() {
        return texts.hashCode();
    }

    @Override
    public String toString() {
        return texts.toString();
    }
}
