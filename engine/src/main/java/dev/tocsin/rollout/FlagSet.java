package dev.tocsin.rollout;

import dev.tocsin.rollout.Decision.Reason;
import dev.tocsin.rollout.logic.Expression;
import dev.tocsin.rollout.logic.Expression.Constant;
import dev.tocsin.rollout.logic.Scope;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The flags of one revision. Immutable, usable by any thread.
 *
 * @param flags by key
 * @param everSet the flags that were set in this or any earlier revision
 * @param unreadable why the flags cannot be known, or empty
 */
record FlagSet(long revision, Map<String, Flag> flags, Set<String> everSet, String unreadable) {
    /** Before the first change. */
    static final FlagSet NONE = new FlagSet(0, Map.of(), Set.of(), "");

    FlagSet {
        flags = Map.copyOf(flags);
        everSet = Set.copyOf(everSet);
    }

    /** Nothing can be known of the flags. */
    static FlagSet unreadable(String why) {
        return new FlagSet(0, Map.of(), Set.of(), why);
    }

    /** What is left to be decided for each event of a customer at an engine. */
    interface Prepared {
        Decision decide(Subject subject);

        /** What it is for each event, or null when it differs. */
        @Nullable
        Decision fixed();

        /** By which variables it differs from event to event. */
        Set<String> variesBy();
    }

    /** The same for each event. */
    record Fixed(Decision fixed) implements Prepared {
        @Override
        public Decision decide(Subject subject) {
            return fixed;
        }

        @Override
        public Set<String> variesBy() {
            return Set.of();
        }
    }

    private record Varying(Flag flag, Expression left) implements Prepared {
        @Override
        public Decision decide(Subject subject) {
            return flag.decide(left, subject.scope(flag.key()));
        }

        @Override
        public @Nullable Decision fixed() {
            return null;
        }

        @Override
        public Set<String> variesBy() {
            Set<String> names = new TreeSet<>();
            collect(left, names);
            return names;
        }

        private static void collect(Expression part, Set<String> names) {
            if (part instanceof Expression.Variable v) {
                names.add(v.name());
            }
            part.parts().forEach(p -> collect(p, names));
        }
    }

    /** @param subject of which the customer and the engine count */
    Prepared prepare(String key, Subject subject) {
        Decision forAll = forAll(key, subject);
        if (forAll != null) {
            return new Fixed(forAll);
        }
        Flag flag = Objects.requireNonNull(flags.get(key));
        Scope known = subject.ofCustomer(key);
        Expression left = flag.targeting().fold(known);
        return left instanceof Constant ? new Fixed(flag.decide(left, known)) : new Varying(flag, left);
    }

    /** @param scope told of each branch that is taken */
    Decision decide(String key, Subject subject, Scope scope) {
        Decision forAll = forAll(key, subject);
        return forAll != null ? forAll : Objects.requireNonNull(flags.get(key)).decide(scope);
    }

    /** What holds for the engine whatever the event, or null. */
    @Nullable
    Decision forAll(String key, Subject subject) {
        if (!unreadable.isEmpty()) {
            return Decision.held(Reason.UNREADABLE, "the flags cannot be read: " + unreadable);
        }
        Flag flag = flags.get(key);
        if (flag != null) {
            return flag.forAll(subject.engine(), subject.isNamed());
        }
        return !subject.isNamed() && !everSet.contains(key)
                ? Decision.NO_GATE
                : Decision.held(Reason.MISSING, key + " is not set");
    }
}
