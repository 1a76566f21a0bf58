package dev.tocsin.sigma.correlate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Fires at a value that was not seen for a timespan. A group first learns: what is known of it is too little to call
 * anything new. When it was not heard of for a timespan, it is forgotten and learns anew.
 */
final class NewTermGroup extends Group {
    private final Extension.NewTerm setting;
    /** The last match of each value, the one seen longest ago first. */
    private final LinkedHashMap<String, Entry> terms = new LinkedHashMap<>();

    NewTermGroup(Slot slot, Owner owner) {
        super(slot, owner);
        setting = (Extension.NewTerm) rule.extension();
    }

    @Override
    void decide(Entry entry) {
        since = since == NONE ? entry.time : since;
        boolean isNew = !terms.containsKey(term(entry));
        if (isNew && entry.time - since >= setting.learnMillis()) {
            fire(entry.time, List.of(entry), term(entry));
        }
        remember(entry);
        if (terms.size() > setting.termsMax()) {
            evict(removeEldest());
        }
    }

    @Override
    void remember(Entry entry) {
        Entry before = terms.remove(term(entry));
        if (before != null) {
            release(before);
        }
        terms.put(term(entry), entry);
    }

    @Override
    void remembered(long watermark) {
        while (terms.size() > setting.termsMax() || !terms.isEmpty() && eldest().time + timespan < watermark) {
            release(removeEldest());
        }
    }

    @Override
    long timer() {
        return terms.isEmpty() ? NEVER : eldest().time + timespan;
    }

    @Override
    void expire(long at) {
        while (!terms.isEmpty() && eldest().time + timespan <= at) {
            release(removeEldest());
        }
        if (terms.isEmpty()) {
            since = NONE;
        }
    }

    @Override
    boolean isEmpty() {
        return terms.isEmpty() && super.isEmpty();
    }

    @Override
    List<Entry> live() {
        List<Entry> live = new ArrayList<>(terms.values());
        live.addAll(super.live());
        return live;
    }

    private Entry eldest() {
        return terms.entrySet().iterator().next().getValue();
    }

    private Entry removeEldest() {
        var all = terms.entrySet().iterator();
        Map.Entry<String, Entry> eldest = all.next();
        Entry entry = eldest.getValue();
        all.remove();
        return entry;
    }

    private static String term(Entry entry) {
        return Objects.requireNonNull(entry.value);
    }
}
