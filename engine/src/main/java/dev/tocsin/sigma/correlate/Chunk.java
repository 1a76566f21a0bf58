package dev.tocsin.sigma.correlate;

/** One stored piece of a group's matches; removed when the last of them is gone. Owned by its group. */
final class Chunk {
    final int number;
    final int size;
    int live;
    boolean removed;

    Chunk(int number, int size) {
        this.number = number;
        this.size = size;
        this.live = size;
    }
}
