package dev.tocsin.fabric.peer;

import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.PrefixSet;
import dev.tocsin.fabric.Rights;
import dev.tocsin.fabric.Status;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Who wants what, and over whom. Each node says to each of its peers what it wants itself and what those want that it
 * reaches over others, with the path; to a peer it never offers a path through that peer, so interest does not keep
 * itself alive in a circle. What a peer has said stays valid while it is away, since what is for it is kept. Thread-safe;
 * the hub's lock may be taken inside of this one, never the other way.
 */
final class Interests {
    private final Hub hub;
    private final boolean relay;
    private final Supplier<List<Remote>> remotes;
    private final Map<UUID, String> reachable = new HashMap<>();
    private PrefixSet own = PrefixSet.NONE;
    private long version = 1;

    Interests(Hub hub, boolean relay, Supplier<List<Remote>> remotes) {
        this.hub = hub;
        this.relay = relay;
        this.remotes = remotes;
    }

    /** Tells connected peers what has changed. */
    synchronized void refresh() {
        PrefixSet now = hub.interest();
        if (!now.equals(own)) {
            own = now;
            version++;
        }
        List<Remote> all = remotes.get();
        all.forEach(to -> say(to, all));
        watch(all);
    }

    private void say(Remote to, List<Remote> all) {
        Link link = to.link();
        if (link == null || !link.isGreeted()) {
            return;
        }
        Map<UUID, Advert> said = link.said();
        Map<UUID, Advert> wanted = table(to, all);
        for (UUID gone : Set.copyOf(said.keySet())) {
            if (!wanted.containsKey(gone)) {
                said.remove(gone);
                link.send(out -> out.begin(Frame.WITHDRAW).id(gone).end());
            }
        }
        wanted.forEach((endpoint, advert) -> {
            if (!advert.equals(said.put(endpoint, advert))) {
                link.send(advert::write);
            }
        });
        if (link.isFirstTelling()) {
            link.send(out -> out.begin(Frame.ADVERTS_SAID).end());
        }
    }

    private Map<UUID, Advert> table(Remote to, List<Remote> all) {
        Map<UUID, Advert> table = new HashMap<>();
        table.put(hub.id(), new Advert(hub.id(), hub.name(), version, false, List.of(hub.id()), own));
        if (!relay) {
            return table;
        }
        for (Remote from : all) {
            if (from == to) {
                continue;
            }
            boolean cut = from.link() == null;
            for (Advert advert : from.adverts()) {
                boolean circle = advert.endpoint().equals(hub.id()) || advert.path().contains(to.endpoint())
                        || advert.path().contains(hub.id()) || advert.isPathTooLong();
                if (!circle) {
                    table.merge(advert.endpoint(), advert.over(hub.id(), cut),
                            (a, b) -> Advert.NEARER.compare(a, b) <= 0
                                    ? a
                                    : b);
                }
            }
        }
        return table;
    }

    private void watch(List<Remote> all) {
        Map<UUID, String> now = new HashMap<>();
        all.stream().filter(r -> r.link() != null).flatMap(r -> r.adverts().stream()).filter(a -> !a.away())
                .forEach(a -> now.putIfAbsent(a.endpoint(), a.node()));
        now.remove(hub.id());
        now.forEach((endpoint, node) -> {
            if (reachable.put(endpoint, node) == null) {
                hub.report(new Status(Status.Code.ENDPOINT_DISCOVERED, node, endpoint, "it can be reached"));
            }
        });
        for (UUID gone : new HashSet<>(reachable.keySet())) {
            if (!now.containsKey(gone)) {
                String node = reachable.remove(gone);
                hub.report(new Status(Status.Code.ENDPOINT_UNREACHABLE, node == null ? "" : node, gone,
                        "no path leads to it any more"));
            }
        }
    }

    /** Names of the endpoints that can be reached. */
    synchronized Map<UUID, String> endpoints() {
        return Map.copyOf(reachable);
    }

    /** What all of these want together, as far as somebody has a right to it. */
    static PrefixSet wanted(Iterable<Advert> adverts, Rights rights) {
        Set<String> all = new HashSet<>();
        adverts.forEach(a -> all.addAll(a.prefixes().texts()));
        PrefixSet wanted = PrefixSet.of(all);
        return rights.isAll() ? wanted : wanted.and(rights.subscribe());
    }
}
