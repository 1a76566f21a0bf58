package dev.tocsin.sink;

import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The acknowledgements of the indexer for which a sink waits. They are asked for, oldest first, ever less often while
 * none comes. One that does not come in time is given up, and its events are sent again by whoever hears of it.
 */
final class HecAcks {
    private static final Duration POLL_MIN = Duration.ofMillis(20);
    private static final Duration POLL_MAX = Duration.ofSeconds(1);
    private static final int ASKED_MAX = 1000;

    private final HttpTarget target;
    private final Map<String, String> channel;
    private final Duration timeout;
    private final Sent sent;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final Set<EventId> ids = new HashSet<>();

    private record Waiting(long ackId, List<EventId> ids, long sinceNanos) {
    }

    HecAcks(HttpTarget target, Map<String, String> channel, Duration timeout, Sent sent) {
        this.target = target;
        this.channel = channel;
        this.timeout = timeout;
        this.sent = sent;
    }

    void add(long ackId, List<EventId> of) {
        waiting.add(new Waiting(ackId, List.copyOf(of), System.nanoTime()));
        ids.addAll(of);
    }

    /** Sent, and the acknowledgement may still come. */
    boolean isWaiting(EventId id) {
        return ids.contains(id);
    }

    /**
     * Waits until no more than so many requests wait for theirs.
     *
     * @throws IOException when one did not come in time, or the receiver does not say
     */
    void await(int most) throws IOException {
        Duration pause = POLL_MIN;
        while (waiting.size() > most) {
            int before = waiting.size();
            poll();
            giveUp();
            if (waiting.size() <= most) {
                return;
            }
            pause = waiting.size() < before ? POLL_MIN : longer(pause);
            sleep(pause);
        }
    }

    private static Duration longer(Duration pause) {
        Duration next = pause.multipliedBy(3).dividedBy(2);
        return next.compareTo(POLL_MAX) > 0 ? POLL_MAX : next;
    }

    private static void sleep(Duration pause) throws IOException {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped while waiting for acknowledgements");
        }
    }

    private void poll() throws IOException {
        ObjectNode question = Json.object();
        ArrayNode acks = question.putArray("acks");
        waiting.stream().limit(ASKED_MAX).forEach(w -> acks.add(w.ackId));
        HttpAnswer answer;
        try {
            answer = target.post("/services/collector/ack?channel=" + channel.get(SplunkHecSink.CHANNEL),
                    "application/json", Json.write(question), false, channel);
        } catch (IOException _) {
            // Whether the events arrived does not depend on this question: it is asked again until their time is over.
            return;
        }
        if (answer.status() >= 400 && answer.status() < 500 && !answer.isBusy()) {
            throw new IOException("cannot ask " + target + " for acknowledgements: " + answer);
        }
        JsonNode said = answer.json().path("acks");
        for (Iterator<Waiting> each = waiting.iterator(); each.hasNext();) {
            Waiting next = each.next();
            if (said.path(Long.toString(next.ackId)).asBoolean(false)) {
                sent.acknowledged(next.ids);
                next.ids.forEach(ids::remove);
                each.remove();
            }
        }
    }

    private void giveUp() throws IOException {
        int lost = 0;
        while (!waiting.isEmpty() && System.nanoTime() - waiting.getFirst().sinceNanos > timeout.toNanos()) {
            Waiting oldest = waiting.removeFirst();
            oldest.ids.forEach(ids::remove);
            lost += oldest.ids.size();
        }
        if (lost > 0) {
            sent.unanswered(lost);
            throw new IOException(target + " did not acknowledge " + lost + " events within " + timeout.toMillis()
                    + " ms; they are sent again");
        }
    }
}
