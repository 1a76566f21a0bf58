package dev.tocsin.fabric;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes one stream out of what comes over several paths: each message once, in order, and holes found.
 *
 * <p>Every link is in order and complete, or says where it is not. So for one origin and topic the first path to bring a
 * message brings it in order, and everything that is not newer than the last one has been seen: one pair of numbers for
 * each origin and topic is enough, whatever the graph is. Two cases need more. A path that has just been made begins in
 * the middle and may be faster than the old one: a message that is not the successor of the last one is held for a
 * while, until the others have brought what is between. And when that time is over, or too much is held, the ordinals
 * tell exactly how many are missing, and what comes later of these is late and left out.
 *
 * <p>A topic begins with the first message that comes, so whoever has just subscribed hears of no hole. When nobody wants a
 * topic any more its order is forgotten, its sequence is not.
 *
 * <p>Bounded: topics for each origin and origins, those idle for longest are forgotten. For a forgotten topic only the
 * highest forgotten sequence of its origin is known; nothing up to it is let through again, so nothing can go round in
 * circles. Guarded by the hub's lock.
 */
final class Chains {
    private static final int ORIGINS_MAX = 1024;
    private static final int TOPICS_MAX = 16_384;
    private static final int HELD_MAX = 20_000;
    private static final long HELD_BYTES_MAX = 16L << 20;

    private final UUID self;
    private final long holdNanos;
    private final Outlet outlet;
    private final Map<UUID, Origin> origins = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Origin> eldest) {
            return size() > ORIGINS_MAX;
        }
    };
    private final Set<Chain> holding = new LinkedHashSet<>();
    private int held;
    private long heldBytes;
    private long repeated;
    private long late;

    /** Where messages go from here. */
    interface Outlet {
        /** @return whether there was room; otherwise nothing has happened */
        boolean pass(Routed routed, @Nullable Object source);

        /** Whether anybody here wants the topic. */
        boolean isWanted(String topic);
    }

    private record Held(Routed routed, @Nullable Object source, long since) {
    }

    /** What is known of one topic of one origin. */
    private static final class Chain {
        private long sequence;
        private long ordinal;
        private boolean fresh = true;
        private final TreeMap<Long, Held> waiting = new TreeMap<>();

        void advance(Routed to) {
            sequence = to.sequence();
            ordinal = to.ordinal();
            fresh = false;
        }

        boolean isNext(Routed routed) {
            return routed instanceof Message && routed.ordinal() == ordinal + 1;
        }
    }

    private static final class Origin {
        private long floor;
        private final Map<String, Chain> topics = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Chain> eldest) {
                Chain chain = eldest.getValue();
                if (size() <= TOPICS_MAX || !chain.waiting.isEmpty()) {
                    return false;
                }
                floor = Math.max(floor, chain.sequence);
                return true;
            }
        };
    }

    Chains(UUID self, long holdNanos, Outlet outlet) {
        this.self = self;
        this.holdNanos = holdNanos;
        this.outlet = outlet;
    }

    long repeated() {
        return repeated;
    }

    long late() {
        return late;
    }

    boolean isHolding() {
        return !holding.isEmpty();
    }

    /**
     * @param otherPaths whether what is missing could come another way
     * @return false when there is no room for it; it must be brought again, before anything else of its source
     */
    boolean accept(Routed routed, @Nullable Object source, boolean otherPaths) {
        if (routed.origin().equals(self)) {
            repeated++;
            return true;
        }
        Origin origin = origins.computeIfAbsent(routed.origin(), _ -> new Origin());
        Chain chain = origin.topics.get(routed.topic());
        if (chain == null) {
            if (routed.sequence() <= origin.floor) {
                late++;
                return true;
            }
            chain = new Chain();
            origin.topics.put(routed.topic(), chain);
        }
        if (!chain.waiting.isEmpty()) {
            drain(chain);
        }
        if (routed.sequence() <= chain.sequence) {
            repeated++;
            return true;
        }
        return chain.waiting.isEmpty() && (chain.fresh || chain.isNext(routed) || routed.ordinal() <= chain.ordinal)
                ? pass(chain, routed, source)
                : beyondHole(chain, routed, source, otherPaths);
    }

    private boolean pass(Chain chain, Routed routed, @Nullable Object source) {
        if (!outlet.pass(routed, source)) {
            return false;
        }
        chain.advance(routed);
        // What was still on its way when the last one lost interest: the next may be any other.
        chain.fresh = !outlet.isWanted(routed.topic());
        return true;
    }

    private boolean beyondHole(Chain chain, Routed routed, @Nullable Object source, boolean otherPaths) {
        if (!otherPaths && chain.waiting.isEmpty()) {
            return skip(chain, routed, source);
        }
        if (held >= HELD_MAX || heldBytes + routed.weightBytes() > HELD_BYTES_MAX) {
            Chain oldest = holding.iterator().next();
            release(oldest, oldest.waiting.firstEntry().getValue());
            if (held >= HELD_MAX || heldBytes + routed.weightBytes() > HELD_BYTES_MAX) {
                return false;
            }
            return accept(routed, source, otherPaths);
        }
        Held before = chain.waiting.get(routed.ordinal());
        if (before == null || before.routed instanceof Gap && routed instanceof Message) {
            if (before != null) {
                unhold(chain, before);
            }
            chain.waiting.put(routed.ordinal(), new Held(routed, source, System.nanoTime()));
            held++;
            heldBytes += routed.weightBytes();
            holding.add(chain);
            if (chain.isNext(routed)) {
                drain(chain);
            }
        } else {
            repeated++;
        }
        return true;
    }

    private void unhold(Chain chain, Held each) {
        chain.waiting.remove(each.routed.ordinal());
        held--;
        heldBytes -= each.routed.weightBytes();
        if (chain.waiting.isEmpty()) {
            holding.remove(chain);
        }
    }

    /** Passes on what has become the successor of the last one. */
    private void drain(Chain chain) {
        for (Map.Entry<Long, Held> first = chain.waiting.firstEntry(); first != null; first = chain.waiting
                .firstEntry()) {
            Held each = first.getValue();
            if (each.routed.sequence() > chain.sequence) {
                if (!chain.isNext(each.routed) || !pass(chain, each.routed, each.source)) {
                    return;
                }
            }
            unhold(chain, each);
        }
    }

    /** Says that something is missing before this one, and passes it on. */
    private boolean skip(Chain chain, Routed routed, @Nullable Object source) {
        long missing = routed.ordinal() - chain.ordinal - (routed instanceof Message ? 1 : 0);
        if (missing > 0) {
            Gap gap = routed instanceof Message
                    ? new Gap(routed.topic(), routed.origin(), routed.sequence() - 1, routed.ordinal() - 1, missing)
                    : new Gap(routed.topic(), routed.origin(), routed.sequence(), routed.ordinal(), missing);
            if (!pass(chain, gap, source)) {
                return false;
            }
        }
        return !(routed instanceof Message) || pass(chain, routed, source);
    }

    private boolean release(Chain chain, Held first) {
        if (!skip(chain, first.routed, first.source)) {
            return false;
        }
        unhold(chain, first);
        drain(chain);
        return true;
    }

    /** Gives up waiting for what should have come. */
    void tick(long nowNanos) {
        for (Chain chain : new ArrayList<>(holding)) {
            drain(chain);
            Map.Entry<Long, Held> first = chain.waiting.firstEntry();
            while (first != null && nowNanos - first.getValue().since >= holdNanos
                    && release(chain, first.getValue())) {
                first = chain.waiting.firstEntry();
            }
        }
    }

    /** What nobody wants any more begins anew when it is wanted again. */
    void forget(Predicate<String> unwanted) {
        for (Origin origin : origins.values()) {
            origin.topics.forEach((topic, chain) -> {
                if (!chain.fresh && chain.waiting.isEmpty() && unwanted.test(topic)) {
                    chain.fresh = true;
                }
            });
        }
    }
}
