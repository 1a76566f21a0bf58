package dev.tocsin.cli;

import dev.tocsin.base.Endpoint;
import dev.tocsin.base.Problem;
import dev.tocsin.config.Outcome;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.config.Secret;
import dev.tocsin.fabric.FabricException;
import dev.tocsin.log.LogException;
import dev.tocsin.node.ConfigCheck;
import dev.tocsin.node.Node;
import dev.tocsin.node.NodeApi;
import dev.tocsin.node.TocsinConfig;
import dev.tocsin.node.TocsinConfig.Role;
import dev.tocsin.source.SourceException;
import dev.tocsin.web.FabricAccess;
import dev.tocsin.web.IntakeServer;
import dev.tocsin.web.SourceHandler;
import dev.tocsin.web.WebException;
import dev.tocsin.web.WebServer;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A node in this process with its HTTP servers around it. */
final class LocalNode implements NodeLauncher {
    /** How long a start is waited for. A stage that cannot work yet holds nobody up: its input waits in the log. */
    private static final Duration READY_MAX = Duration.ofSeconds(30);

    @Override
    public List<Problem> check(@Nullable Path file) {
        return ConfigCheck.problems(ConfigCheck.read(file));
    }

    @Override
    public Running start(@Nullable Path file, List<String> roles) {
        return start(ConfigCheck.read(file), roles);
    }

    /** Starts from a configuration that was read already; returns when the node is ready. */
    static Running start(Outcome<TocsinConfig> read, List<String> roles) {
        List<Problem> errors = ConfigCheck.problems(read).stream().filter(p -> ProblemCode.isError(p.code())).toList();
        if (!errors.isEmpty()) {
            throw new Failure(Exit.PROBLEMS, errors.getFirst());
        }
        TocsinConfig config = read.value().orElseThrow();
        Set<Role> wanted = roles(config, roles);
        Running running = null;
        try {
            running = new Running(config, wanted);
            running.awaitReady();
            return running;
        } catch (LogException | FabricException | SourceException | WebException | IllegalArgumentException
                | UncheckedIOException e) {
            if (running != null) {
                running.close();
            }
            throw Failure.of(Exit.PROBLEMS, ProblemCode.NOT_STARTED, String.valueOf(e.getMessage()), "");
        }
    }

    private static Set<Role> roles(TocsinConfig config, List<String> roles) {
        try {
            return Role.parse(roles.isEmpty() ? config.node().roles() : roles);
        } catch (IllegalArgumentException e) {
            String[] told = String.valueOf(e.getMessage()).split("; ", 2);
            throw Failure.of(Exit.USAGE, ProblemCode.UNKNOWN_CHOICE, "--role: " + told[0],
                    told.length > 1 ? told[1] : "");
        }
    }

    /** The node and its servers. */
    static final class Running implements RunningNode {
        private final Node node;
        private final List<AutoCloseable> servers = new ArrayList<>();
        private @Nullable Endpoint page;

        Running(TocsinConfig config, Set<Role> roles) {
            node = Node.start(config, roles);
            try {
                for (Node.HttpSource http : node.httpIntakes()) {
                    IntakeServer server = new IntakeServer(http.listen(), IntakeServer.Limits.DEFAULT,
                            new SourceHandler(http.intake()), http.intake().config().tls());
                    servers.add(server);
                    node.listening(new NodeApi.Listener(http.name(),
                            http.intake().config().tls() == null ? "http" : "https", server.start().toString()));
                }
                if (roles.contains(Role.MANAGER)) {
                    WebServer web = new WebServer(node.api(), node.checks(), config.web(),
                            new Secret(node.adminToken()), Optional.of(new FabricAccess(node.fabric().hub(), node
                                    .fabric().delivery(), node.fabric().rights())));
                    servers.add(web);
                    page = web.start();
                    node.listening(new NodeApi.Listener("page", "http", page.toString()));
                }
            } catch (RuntimeException e) {
                close();
                throw e;
            }
        }

        /** Returns when the node is ready, or when it has had its time; the log and the doors are then open all the same. */
        void awaitReady() {
            Instant deadline = Instant.now().plus(READY_MAX);
            while (!node.isReady() && Instant.now().isBefore(deadline)) {
                try {
                    TimeUnit.MILLISECONDS.sleep(10);
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                    throw new LogException("interrupted while starting");
                }
            }
        }

        @Override
        public List<String> waiting() {
            return node.isReady()
                    ? List.of()
                    : node.api().status().stages().stream()
                            .filter(s -> !s.state().equals("running") && !s.state().equals("paused"))
                            .map(s -> s.name() + " is " + s.state() + (s.error().isEmpty() ? "" : ": " + s.error()))
                            .toList();
        }

        @Override
        public Optional<URI> page() {
            return Optional.ofNullable(page)
                    .map(p -> URI.create("http://" + reachable(p) + "/?token=" + node.adminToken()));
        }

        /** Who listens on all addresses is reached on this machine by the first one. */
        private static Endpoint reachable(Endpoint page) {
            boolean all = page.host().equals("0.0.0.0") || page.host().equals("::");
            return all ? new Endpoint("127.0.0.1", page.port()) : page;
        }

        @Override
        public NodeApi api() {
            return node.api();
        }

        @Override
        public void close() {
            for (AutoCloseable server : servers) {
                try {
                    server.close();
                } catch (Exception e) {
                    throw new IllegalStateException("a server did not close", e);
                }
            }
            node.close();
        }
    }
}
