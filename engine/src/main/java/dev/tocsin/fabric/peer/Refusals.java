package dev.tocsin.fabric.peer;

import java.util.Set;
import java.util.TreeSet;

/** What one side of a link has no right to at the other, remembered so that it is told once. Thread-safe. */
final class Refusals {
    private static final int REMEMBERED_MAX = 100;

    private final Set<String> topics = new TreeSet<>();
    private final Set<String> prefixes = new TreeSet<>();
    private final Set<String> there = new TreeSet<>();
    private long messages;

    /** The peer published something that it has no right to. @return whether that is news */
    synchronized boolean message(String topic) {
        messages++;
        return remember(topics, topic);
    }

    /** The peer wants something that it has no right to, or to a part only. @return whether that is news */
    synchronized boolean subscription(String prefix) {
        return remember(prefixes, prefix);
    }

    /** The peer refuses something to this node. @return whether that is news */
    synchronized boolean there(String what) {
        return remember(there, what);
    }

    private static boolean remember(Set<String> all, String one) {
        return all.size() < REMEMBERED_MAX && all.add(one);
    }

    /** A new connection: whatever is refused is to be told again. The number of messages stays. */
    synchronized void forget() {
        topics.clear();
        prefixes.clear();
        there.clear();
    }

    synchronized PeerStatus.Refused get() {
        return new PeerStatus.Refused(messages, topics, prefixes, there);
    }
}
