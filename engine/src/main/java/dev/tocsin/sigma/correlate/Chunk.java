package dev.tocsin.sigma.correlate;

/** One stored piece of a group's matches; removed when the last of them is gone. Owned by its group. */
final class Chunk {
    /** Its key in the store; the one instance, so that it is made and hashed once. */
    final String name;
    final int size;
    int live;
    boolean removed;

    Chunk(String name, int size) {
        this.name = name;
        this.size = size;
        this.live = size;
    }
}
