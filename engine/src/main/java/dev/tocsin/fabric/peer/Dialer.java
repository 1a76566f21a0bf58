package dev.tocsin.fabric.peer;

import dev.tocsin.base.Endpoint;
import dev.tocsin.fabric.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a connection to an address: dials, waits for its end, dials again, at first soon and then less often, never at
 * the same moment as others. When the peer behind the address is connected in another way, it waits.
 */
final class Dialer implements Runnable {
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LAST = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Peers peers;
    private final Endpoint to;
    /** Only for as long as this peer is away; null for always. */
    private final @Nullable Remote back;
    private volatile boolean stopped;
    private volatile @Nullable Remote remote;
    private @Nullable String complaint;

    Dialer(Peers peers, Endpoint to, @Nullable Remote back) {
        this.peers = peers;
        this.to = to;
        this.back = back;
        this.remote = back;
    }

    Endpoint to() {
        return to;
    }

    @Nullable
    Remote remote() {
        return remote;
    }

    /** Whether it only calls back somebody who had dialled. */
    boolean isCallingBack() {
        return back != null;
    }

    void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        Duration wait = FIRST;
        while (!stopped && isWanted()) {
            Remote known = remote;
            if (known != null && known.link() != null) {
                peers.awaitChange(LOOK);
                wait = FIRST;
                continue;
            }
            if (dial()) {
                wait = FIRST;
            }
            if (!stopped) {
                peers.awaitStop(this, jittered(wait));
                wait = wait.multipliedBy(2).compareTo(LAST) > 0 ? LAST : wait.multipliedBy(2);
            }
        }
        peers.forget(this);
    }

    private boolean isWanted() {
        return back == null || back.link() == null && back.state() != PeerStatus.State.LOST;
    }

    boolean isStopped() {
        return stopped;
    }

    private static Duration jittered(Duration wait) {
        return Duration.ofNanos((long) (wait.toNanos() * ThreadLocalRandom.current().nextDouble(0.5, 1.5)));
    }

    /** @return whether there was a connection on which nothing was wrong */
    private boolean dial() {
        try {
            Link link = new Link(peers, peers.network().connect(to), true);
            remote = link.greet();
            complaint = null;
            link.run();
            stopped |= link.isFarewell();
            return !link.isMisbehaved();
        } catch (Refusal.RefusedException e) {
            Status.Code code = e.refusal().code();
            if (code != null) {
                complain(code, e);
            }
            stopped |= e.refusal() == Refusal.SELF;
        } catch (SSLException e) {
            complain(Status.Code.PEER_REFUSED, e);
        } catch (IOException e) {
            complain(Status.Code.PEER_UNAVAILABLE, e);
        }
        return false;
    }

    /** Says it once, and again only when it is something else. */
    private void complain(Status.Code code, IOException e) {
        String text = to + ": " + (e.getMessage() == null ? e.toString() : e.getMessage()) + "; it is tried again";
        if (!stopped && !text.equals(complaint)) {
            complaint = text;
            Remote known = remote;
            peers.hub().report(new Status(code, known == null ? to.toString() : known.name(), known == null
                    ? null
                    : known.endpoint(), text));
        }
    }
}
