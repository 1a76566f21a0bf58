package dev.tocsin.fabric.ws;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A connection that, when we close it first, ends its output and reads what the client still sends into nothing, until the
 * client closes too. To close at once would answer such bytes with a reset, and that takes from the client what it has
 * not read yet: the very error that says why.
 */
final class LingeringEndPoint extends SocketChannelEndPoint {
    private static final long LOOK_MILLIS = 10;

    private final SocketChannel channel;
    private final Scheduler scheduler;
    private final long lingerNanos;
    private final ByteBuffer nothing = ByteBuffer.allocate(16 * 1024);
    private long until;

    /** @param lingerNanos how long the client may take to close */
    LingeringEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler,
            long lingerNanos) {
        super(channel, selector, key, scheduler);
        this.channel = channel;
        this.scheduler = scheduler;
        this.lingerNanos = lingerNanos;
    }

    @Override
    public void doClose() {
        // Whether the client has closed too, the channel says: Jetty takes an end point that is closed for read to its end.
        if (!scheduler.isRunning()) {
            super.doClose();
            return;
        }
        try {
            channel.shutdownOutput();
            until = System.nanoTime() + lingerNanos;
            drain();
        } catch (IOException | RuntimeException _) {
            super.doClose();
        }
    }

    private void drain() {
        try {
            int bytes;
            do {
                nothing.clear();
                bytes = channel.read(nothing);
            } while (bytes > 0 && System.nanoTime() < until);
            if (bytes == 0 && System.nanoTime() < until && scheduler.isRunning()) {
                scheduler.schedule(this::drain, LOOK_MILLIS, TimeUnit.MILLISECONDS);
                return;
            }
        } catch (IOException _) {
            // The client has broken off: nothing is left to linger for.
        }
        super.doClose();
    }
}
