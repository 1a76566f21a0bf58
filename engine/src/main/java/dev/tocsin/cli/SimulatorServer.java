package dev.tocsin.cli;

import dev.tocsin.base.Endpoint;
import dev.tocsin.simulate.ApiAnswer;
import dev.tocsin.simulate.ApiRequest;
import dev.tocsin.simulate.Knobs;
import dev.tocsin.simulate.Simulator;
import dev.tocsin.web.IntakeServer;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A simulated event API behind a real port. Each request has a virtual thread, which a fault may hold. */
public final class SimulatorServer implements AutoCloseable {
    private static final int BODY_BYTES_MAX = 64 * 1024;
    private static final Runnable NOTHING = () -> {
    };

    private final Simulator simulator;
    private final IntakeServer server;
    private final CountDownLatch closed = new CountDownLatch(1);

    public SimulatorServer(Endpoint listen, Simulator.Settings settings, Knobs knobs) {
        simulator = new Simulator(settings, knobs, this::pause);
        server = new IntakeServer(listen, IntakeServer.Limits.DEFAULT, this::answer);
    }

    /** With key and secret as they are. */
    public Simulator.Settings settings() {
        return simulator.settings();
    }

    /** Opens the port and returns the address, such as {@code http://127.0.0.1:8090}. */
    public String start() {
        String address = "http://" + server.start();
        simulator.reachedAt(address);
        return address;
    }

    private void pause(Duration duration) throws InterruptedException {
        // An answer that is held when the simulator ends goes nowhere.
        boolean _ = closed.await(duration.toNanos(), TimeUnit.NANOSECONDS);
    }

    private IntakeServer.Response answer(IntakeServer.Request request) throws IOException, InterruptedException {
        String authorization = Objects.requireNonNullElse(request.headers().apply("Authorization"), "");
        ApiAnswer answer = simulator.answer(new ApiRequest(request.method(), request.path(), request.query(),
                authorization, request.body().readNBytes(BODY_BYTES_MAX)));
        Map<String, String> headers = new HashMap<>(answer.headers());
        if (answer.length() >= 0) {
            headers.put("Content-Length", Long.toString(answer.length()));
        }
        return new IntakeServer.Response(answer.status(), "", new byte[0], headers, NOTHING,
                out -> answer.body().writeTo(out));
    }

    @Override
    public void close() {
        closed.countDown();
        server.close();
    }
}
