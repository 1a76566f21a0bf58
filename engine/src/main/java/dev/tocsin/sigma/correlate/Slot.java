package dev.tocsin.sigma.correlate;

import org.jspecify.annotations.Nullable;

/**
 * What the correlator always knows of a group. While the group sleeps this is all there is of it: its record, mostly the
 * very array that the store has, and when it is to be looked at.
 */
final class Slot {
    final CorrelationSet.Plan plan;
    /** Of plan and key, as {@link GroupTable} computes it. */
    final int hash;
    /** The stored form. While the group is awake only its key is sure to be right. */
    byte[] record;
    /** Null while it sleeps. */
    @Nullable
    Group awake;
    /** When a sleeping group's timer is due. */
    long timer = Group.NEVER;
    /** Where it stands in the queues of {@link Schedule}; {@link Group#NEVER} when it is in none. */
    long arrivalDue = Group.NEVER;
    long timerDue = Group.NEVER;
    /** Number of the match that came last, of all groups' matches. */
    long touched;
    /** Whether it is to be looked at when the batch is saved. */
    boolean dirty;
    /** Whether the record has a match that the store does not have; whether the store has a record. */
    boolean unsaved;
    boolean stored;
    boolean forgotten;
    private @Nullable String name;

    Slot(CorrelationSet.Plan plan, int hash, byte[] record) {
        this.plan = plan;
        this.hash = hash;
        this.record = record;
    }

    /** The store has this. */
    void restore(String itsName, byte[] itsRecord) {
        name = itsName;
        record = itsRecord;
        stored = true;
    }

    GroupKey key() {
        return GroupCodec.key(record);
    }

    /** The key of its record in the store; the one instance, so that it is made and hashed once. */
    String name() {
        if (name == null) {
            name = GroupCodec.GROUP + plan.digest() + "/" + key().digest();
        }
        return name;
    }

    String chunkName(int number) {
        return GroupCodec.CHUNK + name().substring(GroupCodec.GROUP.length()) + "/" + number;
    }

    /** How many matches it has. */
    int live() {
        return awake == null ? GroupCodec.count(record) : awake.live;
    }

    long nextTimer() {
        return awake == null ? timer : awake.timer();
    }
}
