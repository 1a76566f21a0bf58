package dev.tocsin.detect;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Parts of a rule set, compiled by a thread of its own, so that no worker waits for it. Of each use the last one that was asked
 * for is kept. Any thread may use it.
 */
final class RuleSubsets implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RuleSubsets.class);

    /** What a part is for. */
    enum Use {
        /** All rules but some. */
        WITHOUT,
        /** Only some rules. */
        ONLY
    }

    /** A part that is there. */
    record Subset(Ruleset of, Set<String> ids, Ruleset rules) {
    }

    private record Wish(Ruleset of, Set<String> ids) {
    }

    private final ExecutorService compiler = Executors
            .newSingleThreadExecutor(r -> Thread.ofPlatform().daemon().name("quarantine-compile").unstarted(r));
    private final Map<Use, Wish> wishes = new HashMap<>();
    private final Map<Use, Subset> made = new HashMap<>();

    /** Nothing while it is being compiled; the caller asks again. */
    synchronized Optional<Subset> ask(Use use, Ruleset ruleset, Set<String> ids) {
        Subset ready = made.get(use);
        if (ready != null && ready.of() == ruleset && ready.ids().equals(ids)) {
            return Optional.of(ready);
        }
        Wish wish = wishes.get(use);
        if (wish == null) {
            begin(use, new Wish(ruleset, Set.copyOf(ids)));
        }
        // What is there may do for a while: it is of these rules, though others of them.
        return ready != null && ready.of() == ruleset ? Optional.of(ready) : Optional.empty();
    }

    private void begin(Use use, Wish wish) {
        wishes.put(use, wish);
        try {
            compiler.execute(() -> compile(use, wish));
        } catch (RejectedExecutionException _) {
            wishes.remove(use);
        }
    }

    private void compile(Use use, Wish wish) {
        Subset subset = null;
        try {
            subset = new Subset(wish.of(), wish.ids(),
                    wish.of().only(id -> wish.ids().contains(id) == (use == Use.ONLY)));
        } catch (RuntimeException | StackOverflowError e) {
            LOG.warn("a part of the rules cannot be compiled; all of them are matched meanwhile", e);
            subset = new Subset(wish.of(), wish.ids(),
                    new SomeRules(wish.of(), id -> wish.ids().contains(id) == (use == Use.ONLY)));
        }
        synchronized (this) {
            made.put(use, subset);
            wishes.remove(use);
        }
    }

    @Override
    public void close() {
        compiler.shutdownNow();
    }
}
