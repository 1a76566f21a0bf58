package dev.tocsin.cli;

import dev.tocsin.base.Endpoint;
import dev.tocsin.cli.demo.DemoNode;
import dev.tocsin.cli.demo.Targets;
import dev.tocsin.config.Secret;
import dev.tocsin.event.Json;
import dev.tocsin.log.Stream;
import dev.tocsin.node.ConfigCheck;
import dev.tocsin.node.TocsinConfig;
import dev.tocsin.config.Outcome;
import dev.tocsin.config.ProblemCode;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/**
 * The demo's node: everything embedded, the usual ports, data in {@code ./data}. A port that somebody else has is
 * replaced by a free one, so that the demo runs beside whatever runs already.
 */
final class DemoLauncher implements Supplier<DemoNode> {
    private static final Map<String, Secret> TOKENS = Map.of("norrvik", new Secret("demo-norrvik"), "quillmoor",
            new Secret("demo-quillmoor"));
    private static final String CONFIG = """
            node:
              data: %1$s
            sources:
              syslog: {type: syslog, listen: '127.0.0.1:%2$d', customer: norrvik}
              http:
                type: http
                listen: 127.0.0.1:%3$d
                tokens:
                  - {token: demo-norrvik, customer: norrvik}
                  - {token: demo-quillmoor, customer: quillmoor}
              web-log: {type: file, paths: ['%1$s/demo/access.log'], customer: norrvik, scan: 250ms}
            detect:
              rules: ['%4$s']
            sinks:
              alerts: {type: file, path: '%1$s/demo/alerts.jsonl'}
            web:
              listen: 127.0.0.1:%5$d
            """;

    private final Path home;

    DemoLauncher(Path home) {
        this.home = home;
    }

    @Override
    public DemoNode get() {
        Path data = Path.of("data").toAbsolutePath();
        int syslog = port(5514);
        int http = port(8088);
        String yaml = CONFIG.formatted(data, syslog, http, home.resolve("examples/rules"), port(8080));
        Outcome<TocsinConfig> config = ConfigCheck.parse(yaml, "the demo's configuration");
        ConfigCheck.problems(config).stream().filter(p -> p.code().equals(ProblemCode.DIRECTORY.code())).findFirst()
                .ifPresent(p -> {
                    throw Failure.of(Exit.PROBLEMS, ProblemCode.DIRECTORY, p.what(),
                            "the demo keeps its data in ./data: start it in another directory");
                });
        LocalNode.Running node = LocalNode.start(config, List.of());
        Endpoint listener = new Endpoint("127.0.0.1", syslog);
        Targets targets = new Targets(listener, listener, URI.create("http://127.0.0.1:" + http), TOKENS,
                data.resolve("demo/access.log"));
        return new Started(node, targets);
    }

    private static int port(int usual) {
        if (isFree(usual)) {
            return usual;
        }
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        } catch (IOException _) {
            return usual;
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket tcp = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                DatagramSocket udp = new DatagramSocket(port, InetAddress.getLoopbackAddress())) {
            return tcp.isBound() && udp.isBound();
        } catch (IOException _) {
            return false;
        }
    }

    private record Started(LocalNode.Running node, Targets targets) implements DemoNode {
        @Override
        public String pageUrl() {
            return node.page().orElseThrow().toString();
        }

        @Override
        public AutoCloseable onAlert(Consumer<JsonNode> receiver) {
            return node.api().tap(Stream.ALERTS, e -> receiver.accept(Json.read(e.json())));
        }

        @Override
        public void close() {
            node.close();
        }
    }
}
