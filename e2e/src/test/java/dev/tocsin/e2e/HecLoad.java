package dev.tocsin.e2e;

import dev.tocsin.event.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * A Splunk client with indexer acknowledgement, as forwarders are: sends batches at a steady rate, asks for
 * acknowledgements, and sends again whatever was not acknowledged when the connection or the server was lost.
 */
final class HecLoad implements Load {
    private final URI base;
    private final int perSecond;
    private final Instant start = Instant.now();
    private final BitSet acknowledged = new BitSet();
    private final Deque<int[]> toSend = new ArrayDeque<>();
    private final Map<Long, int[]> unanswered = new HashMap<>();
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofMillis(500)).build();
    private String channel = UUID.randomUUID().toString();
    private final int batch;
    private int next;
    private int resent;
    private volatile boolean stopping;

    HecLoad(int port, int perSecond) {
        this(port, perSecond, 100);
    }

    /** @param batch events of one request */
    HecLoad(int port, int perSecond, int batch) {
        this.batch = batch;
        this.base = URI.create("http://127.0.0.1:" + port);
        this.perSecond = perSecond;
    }

    /** Every fiftieth event is one on which the test's rule fires. */
    static boolean fires(int n) {
        return n % 50 == 7;
    }

    private static String event(Instant start, int n) {
        String command = fires(n) ? "whoami.exe /priv n" + n : "notepad.exe document" + n + ".txt";
        return """
                {"time":%d.%03d,"host":"host%d","sourcetype":"sysmon","event":{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Provider_Name":"Microsoft-Windows-Sysmon","Computer":"host%d","Image":"C:\\\\Windows\\\\System32\\\\cmd.exe","CommandLine":"%s","n":%d}}
                """
                .formatted(start.getEpochSecond() + n / 2000, n % 1000, n % 7, n % 7, command, n);
    }

    @Override
    public void run() {
        long began = System.nanoTime();
        long lastPoll = 0;
        while (!stopping || !toSend.isEmpty() || !unanswered.isEmpty()) {
            long due = stopping ? 0 : (System.nanoTime() - began) * perSecond / 1_000_000_000L - next;
            try {
                if (!toSend.isEmpty()) {
                    send(toSend.peek());
                    toSend.poll();
                } else if (due >= batch) {
                    int[] made = new int[batch];
                    for (int i = 0; i < batch; i++) {
                        made[i] = next++;
                    }
                    toSend.add(made);
                } else {
                    TimeUnit.MILLISECONDS.sleep(5);
                }
                if (System.nanoTime() - lastPoll > 100_000_000L) {
                    lastPoll = System.nanoTime();
                    poll();
                }
            } catch (IOException _) {
                startAgain();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void send(int[] batch) throws IOException, InterruptedException {
        StringBuilder body = new StringBuilder();
        for (int n : batch) {
            body.append(event(start, n));
        }
        HttpResponse<byte[]> response = post("/services/collector/event", body.toString());
        if (response.statusCode() == 503) {
            TimeUnit.MILLISECONDS.sleep(50);
            throw new IOException("busy");
        }
        if (response.statusCode() != 200) {
            throw new IllegalStateException("answered " + response.statusCode() + " " + new String(response.body(),
                    java.nio.charset.StandardCharsets.UTF_8));
        }
        synchronized (this) {
            unanswered.put(Json.read(response.body()).path("ackId").asLong(), batch);
        }
    }

    private void poll() throws IOException, InterruptedException {
        List<Long> ids;
        synchronized (this) {
            ids = new ArrayList<>(unanswered.keySet());
        }
        if (ids.isEmpty()) {
            return;
        }
        JsonNode acks = Json.read(post("/services/collector/ack", "{\"acks\":" + ids + "}").body()).path("acks");
        synchronized (this) {
            for (Iterator<Map.Entry<Long, int[]>> it = unanswered.entrySet().iterator(); it.hasNext();) {
                Map.Entry<Long, int[]> e = it.next();
                if (acks.path(e.getKey().toString()).asBoolean(false)) {
                    for (int n : e.getValue()) {
                        acknowledged.set(n);
                    }
                    it.remove();
                }
            }
        }
    }

    /** The server is gone: everything that it did not acknowledge will be sent again, on a new channel. */
    private synchronized void startAgain() {
        channel = UUID.randomUUID().toString();
        resent += unanswered.size();
        List<int[]> again = new ArrayList<>(unanswered.values());
        again.sort((a, b) -> Integer.compare(a[0], b[0]));
        unanswered.clear();
        List<int[]> rest = new ArrayList<>(toSend);
        toSend.clear();
        toSend.addAll(again);
        toSend.addAll(rest);
        try {
            TimeUnit.MILLISECONDS.sleep(50);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpResponse<byte[]> post(String path, String body) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(10))
                .header("Authorization", "Splunk any").header("X-Splunk-Request-Channel", channel)
                .POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    @Override
    public void finish() {
        stopping = true;
    }

    @Override
    public synchronized int acknowledgedCount() {
        return acknowledged.cardinality();
    }

    @Override
    public synchronized BitSet acknowledged() {
        return (BitSet) acknowledged.clone();
    }

    @Override
    public int made() {
        return next;
    }

    int resentBatches() {
        return resent;
    }

    @Override
    public int resent() {
        return resent * batch;
    }
}
