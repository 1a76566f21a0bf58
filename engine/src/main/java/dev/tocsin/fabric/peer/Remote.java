package dev.tocsin.fabric.peer;

import dev.tocsin.base.Endpoint;
import dev.tocsin.fabric.Backlog;
import dev.tocsin.fabric.Gap;
import dev.tocsin.fabric.PrefixSet;
import dev.tocsin.fabric.Rights;
import dev.tocsin.fabric.Routed;
import dev.tocsin.fabric.Target;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A peer by its name, with all that must outlive a connection: what is for it, and what has come from it. Thread-safe. */
final class Remote implements Target {
    private final String name;
    private final boolean relay;
    private final Outgoing outgoing;
    private final Map<UUID, Advert> adverts = new HashMap<>();
    private final Refusals refusals = new Refusals();
    private volatile UUID endpoint;
    private volatile Rights rights = Rights.NONE;
    private volatile PrefixSet wanted = PrefixSet.NONE;
    private volatile @Nullable Link link;
    private volatile @Nullable Endpoint back;
    private volatile PeerStatus.State state = PeerStatus.State.AWAY;
    /** Rises with every connection, so that an old timer does not judge a new absence. */
    private volatile int connections;
    /** The stream of the peer, and up to where it was taken. Of the thread that reads the present link. */
    private volatile long stream;
    private volatile long taken;

    Remote(String name, UUID endpoint, boolean relay, Outgoing outgoing) {
        this.name = name;
        this.endpoint = endpoint;
        this.relay = relay;
        this.outgoing = outgoing;
    }

    String name() {
        return name;
    }

    UUID endpoint() {
        return endpoint;
    }

    Outgoing outgoing() {
        return outgoing;
    }

    Rights rights() {
        return rights;
    }

    Refusals refusals() {
        return refusals;
    }

    @Nullable
    Link link() {
        return link;
    }

    /** Where it listens, as far as is known. */
    @Nullable
    Endpoint back() {
        return back;
    }

    int connections() {
        return connections;
    }

    PeerStatus.State state() {
        return state;
    }

    /** From now on this connection is the one. */
    void linked(Link to, UUID id, Rights may, @Nullable Endpoint callBack) {
        link = to;
        back = callBack;
        endpoint = id;
        rights = may;
        refusals.forget();
        connections++;
    }

    void connected() {
        state = PeerStatus.State.CONNECTED;
        outgoing.presence(Backlog.Presence.HERE);
    }

    /** @return whether it was the one that counts */
    boolean unlinked(Link from) {
        if (link != from) {
            return false;
        }
        link = null;
        if (state == PeerStatus.State.CONNECTED) {
            state = PeerStatus.State.AWAY;
            outgoing.presence(Backlog.Presence.AWAY);
        }
        return true;
    }

    /** What it wants is remembered, so that what it misses is counted; that it can be reached is not. */
    void lost() {
        state = PeerStatus.State.LOST;
        outgoing.lose();
        synchronized (adverts) {
            adverts.clear();
        }
    }

    long stream() {
        return stream;
    }

    long taken() {
        return taken;
    }

    void taken(long place) {
        taken = place;
    }

    void stream(long other, long takenUpTo) {
        stream = other;
        taken = takenUpTo;
    }

    Collection<Advert> adverts() {
        synchronized (adverts) {
            return List.copyOf(adverts.values());
        }
    }

    void advert(Advert advert) {
        synchronized (adverts) {
            adverts.put(advert.endpoint(), advert);
            wanted = Interests.wanted(adverts.values(), rights);
        }
    }

    void withdraw(UUID gone) {
        synchronized (adverts) {
            adverts.remove(gone);
            wanted = Interests.wanted(adverts.values(), rights);
        }
    }

    void keepOnly(Set<UUID> said) {
        synchronized (adverts) {
            adverts.keySet().retainAll(said);
            wanted = Interests.wanted(adverts.values(), rights);
        }
    }

    @Override
    public PrefixSet wants() {
        return wanted;
    }

    @Override
    public boolean isHere() {
        return link != null;
    }

    @Override
    public Backlog backlog(String topic) {
        return outgoing.backlog(topic);
    }

    @Override
    public boolean leavesOut(UUID origin, @Nullable Object source) {
        return source == this || origin.equals(endpoint) || !relay && source instanceof Remote;
    }

    boolean mayPublish(Routed routed) {
        return rights.mayPublish(routed.topic()) || routed instanceof Gap gap && !gap.isNamed();
    }

    PeerStatus status() {
        return new PeerStatus(name, endpoint, state, wanted.texts(), outgoing.figures(), outgoing.unacknowledged(),
                taken, refusals.get());
    }
}
