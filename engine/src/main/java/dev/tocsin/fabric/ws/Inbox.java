package dev.tocsin.fabric.ws;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Messages of one client on their way to the hub: the connection's reader puts, one thread takes. Bounded by not reading
 * further: when it is full the reader is told, and again when there is room.
 */
final class Inbox {
    private static final int BYTES_MAX = 1 << 20;
    private static final int OVERHEAD_BYTES = 64;

    private final Queue<Item> items = new ArrayDeque<>();
    private final Runnable readOn;
    private int bytes;
    private boolean full;
    private boolean ended;

    /** What the client's thread has to do next. */
    sealed interface Item {
        int weight();
    }

    /** A whole message. */
    @SuppressWarnings("ArrayRecordComponent")
    record Whole(byte[] message, boolean text) implements Item {
        @Override
        public int weight() {
            return message.length + OVERHEAD_BYTES;
        }
    }

    /** Something that happened between messages. */
    enum Event implements Item {
        TOO_LONG,
        LATE;

        @Override
        public int weight() {
            return OVERHEAD_BYTES;
        }
    }

    /** The client has closed; it is answered when all that it sent before is handled, so that it hears what became of it. */
    record Closing(Runnable answer) implements Item {
        @Override
        public int weight() {
            return OVERHEAD_BYTES;
        }
    }

    /** @param readOn runs when there is room again after {@link #put} said that there is none */
    Inbox(Runnable readOn) {
        this.readOn = readOn;
    }

    /** @return whether to read on now */
    synchronized boolean put(Item item) {
        if (ended) {
            return false;
        }
        items.add(item);
        bytes += item.weight();
        notifyAll();
        full |= bytes >= BYTES_MAX;
        return !full;
    }

    /** The last item. @return whether somebody will take it */
    synchronized boolean putLast(Item item) {
        if (ended) {
            return false;
        }
        put(item);
        return true;
    }

    /** Nothing more comes; what is there can still be taken. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Waits for the next one. @return null when it has ended and is empty */
    @Nullable
    Item take() throws InterruptedException {
        Item item;
        boolean room;
        synchronized (this) {
            while (items.isEmpty() && !ended) {
                wait();
            }
            item = items.poll();
            bytes -= item == null ? 0 : item.weight();
            room = full && bytes < BYTES_MAX / 2;
            full &= !room;
        }
        if (room) {
            readOn.run();
        }
        return item;
    }
}
