package dev.tocsin.fabric;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A policy for each topic: that of the longest prefix which covers it, {@link Policy#spill} for all others. Immutable. */
public final class Policies {
    public static final Policies DEFAULT = new Policies(Map.of());

    private final Map<String, Policy> byPrefix;

    private Policies(Map<String, Policy> byPrefix) {
        this.byPrefix = byPrefix;
    }

    /** The same for all topics. */
    public static Policies of(Policy policy) {
        return DEFAULT.with("", policy);
    }

    /** @throws IllegalArgumentException when the prefix is too long */
    public Policies with(String prefix, Policy policy) {
        Topics.bytes(prefix);
        Map<String, Policy> more = new LinkedHashMap<>(byPrefix);
        more.put(prefix, policy);
        return new Policies(more);
    }

    /** By prefix, the longest first; the last is the empty one. */
    List<Map.Entry<byte[], Policy>> longestFirst() {
        Map<String, Policy> all = new LinkedHashMap<>(byPrefix);
        all.putIfAbsent("", Policy.spill());
        List<Map.Entry<byte[], Policy>> sorted = new ArrayList<>();
        all.forEach((prefix, policy) -> sorted.add(Map.entry(Topics.bytes(prefix), policy)));
        sorted.sort((a, b) -> b.getKey().length - a.getKey().length);
        return sorted;
    }

    @Override
    public String toString() {
        return byPrefix.toString();
    }
}
