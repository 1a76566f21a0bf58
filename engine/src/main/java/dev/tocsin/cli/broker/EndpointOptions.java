package dev.tocsin.cli.broker;

import dev.tocsin.base.Endpoint;
import dev.tocsin.cli.Exit;
import dev.tocsin.cli.Failure;
import dev.tocsin.cli.Stop;
import dev.tocsin.cli.Terminal;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.fabric.FabricConfig;
import dev.tocsin.fabric.FabricException;
import dev.tocsin.fabric.Status;
import dev.tocsin.fabric.ws.WsConfig;
import dev.tocsin.fabric.ws.WsServer;
import dev.tocsin.node.NodeFabric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** An endpoint of the fabric in this process, without a log. */
final class EndpointOptions {
    @Option(names = "--name", paramLabel = "NAME", description = "Its name among the nodes (default: one of its own).")
    private String name = "broker-" + Long.toString(ThreadLocalRandom.current().nextLong(36L * 36 * 36 * 36), 36);

    @Option(names = "--websocket", paramLabel = "HOST:PORT", description = "Also takes WebSocket clients there, such as those of broker publish and subscribe.")
    private @Nullable String websocket;

    /** Until it is told to stop, saying who comes and goes. */
    int run(@Nullable String listen, List<String> peers, Terminal terminal, Stop stop) throws InterruptedException {
        try {
            FabricConfig config = new FabricConfig(listen == null ? null : Endpoint.parse(listen),
                    peers.stream().map(Endpoint::parse).toList(), null, true, Duration.ofMinutes(10));
            Path spills = Files.createTempDirectory("tocsin-broker");
            try (NodeFabric fabric = new NodeFabric(name, config, spills)) {
                fabric.hub().onStatus(status -> say(terminal, status));
                fabric.start();
                fabric.listening().ifPresent(at -> terminal.out().println("nodes connect to " + at));
                serve(fabric, terminal, stop);
            }
            return Exit.OK;
        } catch (FabricException | IOException | IllegalArgumentException e) {
            throw new Failure(Exit.PROBLEMS, ProblemCode.NOT_STARTED.problem("", String.valueOf(e.getMessage()), ""));
        } finally {
            stop.done();
        }
    }

    private void serve(NodeFabric fabric, Terminal terminal, Stop stop) throws InterruptedException {
        try (WsServer server = websocket == null
                ? null
                : new WsServer(Endpoint.parse(websocket), WsConfig.DEFAULT, fabric.hub())) {
            if (server != null) {
                terminal.out().println("WebSocket clients connect to " + server.start());
            }
            terminal.out().flush();
            terminal.note(name + " is up; Ctrl-C ends it");
            stop.await();
        }
    }

    private static void say(Terminal terminal, Status status) {
        terminal.out().println(status.code().text() + "  " + status.node() + "  " + status.text());
        terminal.out().flush();
    }
}
