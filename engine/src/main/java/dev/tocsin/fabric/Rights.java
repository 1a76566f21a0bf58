package dev.tocsin.fabric;

import java.util.Collection;
import java.util.List;

/**
 * What somebody may do on the fabric: a peer, or a client over WebSocket. Immutable.
 *
 * @param publish prefixes of topics that are taken from it, whoever published there
 * @param subscribe prefixes of topics that are sent to it
 */
public record Rights(PrefixSet publish, PrefixSet subscribe) {
    public static final Rights ALL = of(List.of(""), List.of(""));
    public static final Rights NONE = of(List.of(), List.of());

    /** @throws IllegalArgumentException when a prefix is too long */
    public static Rights of(Collection<String> publish, Collection<String> subscribe) {
        return new Rights(PrefixSet.of(publish), PrefixSet.of(subscribe));
    }

    public boolean isAll() {
        return publish.isAll() && subscribe.isAll();
    }

    /** @throws IllegalArgumentException when the topic is too long to be one */
    public boolean mayPublish(String topic) {
        return publish.isAll() || publish.covers(topic);
    }

    /**
     * @param prefix everything under it
     * @throws IllegalArgumentException when it is too long to be one
     */
    public boolean maySubscribe(String prefix) {
        return subscribe.isAll() || subscribe.covers(prefix);
    }
}
