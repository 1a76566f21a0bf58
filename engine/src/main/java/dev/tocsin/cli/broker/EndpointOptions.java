package dev.tocsin.cli.broker;

import dev.tocsin.base.Endpoint;
import dev.tocsin.cli.Exit;
import dev.tocsin.cli.Failure;
import dev.tocsin.cli.Stop;
import dev.tocsin.cli.Terminal;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.fabric.FabricConfig;
import dev.tocsin.fabric.FabricException;
import dev.tocsin.fabric.Rights;
import dev.tocsin.fabric.Status;
import dev.tocsin.fabric.ws.Admission;
import dev.tocsin.fabric.ws.WsConfig;
import dev.tocsin.fabric.ws.WsServer;
import dev.tocsin.node.NodeFabric;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** An endpoint of the fabric in this process, without a log. It takes leave of its peers when it ends. */
final class EndpointOptions {
    @Option(names = "--name", paramLabel = "NAME", description = "Its name among the nodes (default: that in its certificate, else one of its own).")
    private @Nullable String name;

    @Option(names = "--websocket", paramLabel = "HOST:PORT", description = "Also takes WebSocket clients there, such as those of broker publish and subscribe; off this machine by TLS, and only those with the token or a certificate.")
    private @Nullable String websocket;

    @Option(names = "--token", paramLabel = "TOKEN", description = "What WebSocket clients from other machines have to bring. Else TOCSIN_TOKEN.")
    private @Nullable String token;

    @Mixin
    private final TlsOptions tls = new TlsOptions();

    /** Until it is told to stop, saying who comes and goes. */
    int run(@Nullable String listen, List<String> peers, Terminal terminal, Stop stop) throws InterruptedException {
        Path spills = null;
        try {
            FabricConfig config = new FabricConfig(listen == null ? null : Endpoint.parse(listen),
                    peers.stream().map(Endpoint::parse).toList(), tls.ofNode().orElse(null), true, Duration.ofMinutes(
                            10));
            spills = Files.createTempDirectory("tocsin-broker");
            String called = name != null ? name : tls.name().orElseGet(EndpointOptions::someName);
            try (NodeFabric fabric = new NodeFabric(called, config, spills)) {
                fabric.hub().onStatus(status -> say(terminal, status));
                fabric.start();
                fabric.listening().ifPresent(at -> terminal.out().println("nodes connect to " + at));
                serve(fabric, terminal, stop);
                fabric.leave();
            }
            return Exit.OK;
        } catch (FabricException | IOException | IllegalArgumentException e) {
            throw new Failure(Exit.PROBLEMS, ProblemCode.NOT_STARTED.problem("", String.valueOf(e.getMessage()), ""));
        } finally {
            delete(spills);
            stop.done();
        }
    }

    private static String someName() {
        return "broker-" + Long.toString(ThreadLocalRandom.current().nextLong(36L * 36 * 36 * 36), 36);
    }

    private static void delete(@Nullable Path spills) {
        try {
            if (spills != null) {
                Files.deleteIfExists(spills);
            }
        } catch (IOException _) {
            // What is in it could not be deleted, and that has been said.
        }
    }

    private void serve(NodeFabric fabric, Terminal terminal, Stop stop) throws InterruptedException {
        SSLContext secure = tls.context();
        WsConfig config = secure == null ? WsConfig.DEFAULT : WsConfig.DEFAULT.withAdmission(admission(terminal));
        try (WsServer server = websocket == null
                ? null
                : new WsServer(Endpoint.parse(websocket), config, fabric.hub(), secure)) {
            if (server != null) {
                terminal.out().println("WebSocket clients connect to " + server.start());
            }
            terminal.out().flush();
            terminal.note(fabric.hub().name() + " is up; Ctrl-C ends it");
            stop.await();
        }
    }

    /** This machine, whoever one of the authorities vouches for, and whoever has the token. */
    private Admission admission(Terminal terminal) {
        String environment = terminal.environment().apply("TOCSIN_TOKEN");
        String wanted = token != null ? token : environment == null ? "" : environment.strip();
        byte[] expected = ("Bearer " + wanted).getBytes(StandardCharsets.UTF_8);
        return caller -> {
            String given = caller.headers().apply("Authorization");
            boolean knows = !wanted.isEmpty() && given != null
                    && MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8));
            boolean here = new Endpoint(caller.address().isEmpty() ? "?" : caller.address(), 0).isLoopback();
            return knows || here || caller.certificate() != null ? Optional.of(Rights.ALL) : Optional.empty();
        };
    }

    private static void say(Terminal terminal, Status status) {
        terminal.out().println(status.code().text() + "  " + status.node() + "  " + status.text());
        terminal.out().flush();
    }
}
