package dev.tocsin.detect;

import dev.tocsin.log.State;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * To which events of one partition which rules were not applied. Kept in the stage's state, under {@value #PREFIX} and the
 * subject, so that it changes with the alerts and the place in the log or not at all. Used by the worker's thread.
 */
final class Debts {
    private static final String PREFIX = "parked/";

    private final State state;
    private final Map<String, Debt> all = new TreeMap<>();
    /** Ids of rules that are not applied. */
    private final Set<String> parked = new HashSet<>();
    private boolean changed;
    /** The rules by which they were last gone over. */
    @Nullable
    Ruleset seen;
    /** Whether the input comes again from an earlier place, which is not known yet. */
    boolean rewound;

    Debts(State state) {
        this.state = state;
        state.entries().forEach((key, value) -> {
            if (key.startsWith(PREFIX)) {
                Debt debt = Debt.read(value);
                all.put(debt.subject(), debt);
                note(debt);
            }
        });
    }

    Collection<Debt> all() {
        return List.copyOf(all.values());
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    @Nullable
    Debt of(String subject) {
        return all.get(subject);
    }

    boolean isParked(String ruleId) {
        return !parked.isEmpty() && parked.contains(ruleId);
    }

    Set<String> parked() {
        return parked;
    }

    /** Remembers it; forgets one that is paid. */
    void put(Debt debt) {
        changed = true;
        if (debt.isPaid()) {
            remove(debt.subject());
            return;
        }
        all.put(debt.subject(), debt);
        state.put(PREFIX + debt.subject(), debt.write());
        note(debt);
    }

    void remove(String subject) {
        changed = true;
        all.remove(subject);
        parked.remove(subject);
        state.remove(PREFIX + subject);
    }

    private void note(Debt debt) {
        if (debt.parked() && !debt.isFile()) {
            parked.add(debt.subject());
        } else {
            parked.remove(debt.subject());
        }
    }

    /** Whether anything was changed since it was asked last. */
    boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }
}
