package dev.tocsin.web;

import dev.tocsin.node.WebConfig;
import dev.tocsin.base.Endpoint;
import dev.tocsin.config.Secret;
import dev.tocsin.fabric.ws.WsConfig;
import dev.tocsin.fabric.ws.WsDoor;
import dev.tocsin.health.Checks;
import dev.tocsin.health.Health;
import dev.tocsin.node.NodeApi;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.staticfiles.Location;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * The page, the API, health and metrics on one port. Opens the port in {@link #start}; {@link #close} ends the live
 * streams and closes it. Thread-safe.
 */
public final class WebServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);
    private static final long BODY_BYTES_MAX = 1024 * 1024;

    private final WebConfig config;
    private final NodeApi node;
    private final Guard guard;
    private final Recent<Health> health;
    private final Clock clock;
    private final LiveStreams streams = new LiveStreams();
    private final Optional<WsDoor> door;
    private final Javalin javalin;

    /** @throws IllegalArgumentException when the token is too short to be one */
    public WebServer(NodeApi node, Checks checks, WebConfig config, Secret token) {
        this(node, checks, config, token, Optional.empty(), Clock.systemUTC());
    }

    /**
     * @param fabric for WebSocket clients at {@code /v1/messages/json}
     * @throws IllegalArgumentException when the token is too short to be one
     */
    public WebServer(NodeApi node, Checks checks, WebConfig config, Secret token, Optional<FabricAccess> fabric) {
        this(node, checks, config, token, fabric, Clock.systemUTC());
    }

    WebServer(NodeApi node, Checks checks, WebConfig config, Secret token, Clock clock) {
        this(node, checks, config, token, Optional.empty(), clock);
    }

    private WebServer(NodeApi node, Checks checks, WebConfig config, Secret token, Optional<FabricAccess> fabric,
            Clock clock) {
        this.config = config;
        door = fabric.map(f -> new WsDoor(f.hub(), WsConfig.DEFAULT.withAdmission(new Visitors(token, f.rights()))
                .withDelivery(f.delivery()).withVersion("tocsin")));
        this.node = node;
        this.clock = clock;
        guard = new Guard(new AdminToken(token), new Sessions(clock, config.session()), config);
        health = new Recent<>(() -> new Health(clock.instant(), checks.run()), Duration.ofSeconds(1));
        javalin = Javalin.create(this::configure);
    }

    /**
     * Opens the port.
     *
     * @return where it listens, with the real port when 0 was asked for
     * @throws WebException when it cannot
     */
    public Endpoint start() {
        try {
            javalin.start();
        } catch (RuntimeException e) {
            throw new WebException("cannot serve the page on " + config.listen() + ": " + reason(e)
                    + "; choose another address with web.listen", e);
        }
        return new Endpoint(config.listen().host(), javalin.port());
    }

    private static String reason(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    private void configure(JavalinConfig javalinConfig) {
        javalinConfig.startup.showJavalinBanner = false;
        javalinConfig.startup.showOldJavalinVersionWarning = false;
        javalinConfig.startup.startupWatcherEnabled = false;
        javalinConfig.concurrency.useVirtualThreads = true;
        javalinConfig.http.maxRequestSize = BODY_BYTES_MAX;
        javalinConfig.http.prefer405over404 = true;
        javalinConfig.jetty.threadPool = Listening.threads("web");
        javalinConfig.jetty.addConnector((server, http) -> Listening.connector(server, http, config.listen(),
                Listening.HEADER_MAX, config.connectionsMax(), null));
        javalinConfig.jetty.modifyServer(server -> {
            server.setErrorHandler(new ProblemErrors());
            server.setStopTimeout(0);
            door.ifPresent(d -> server.setHandler(d.inFront()));
        });
        javalinConfig.staticFiles.add(files -> {
            files.directory = "/web";
            files.location = Location.CLASSPATH;
            files.roles = Set.of(Access.OPEN);
            // Freshness is the guard's affair, for these files as for all else.
            files.headers = Map.of();
        });
        routes(javalinConfig.routes);
    }

    private void routes(RoutesConfig routes) {
        routes.before(guard::receive);
        routes.before("/", guard::loginByLink);
        routes.beforeMatched(guard::authorize);
        routes.post("/api/v1/login", this::login, Access.OPEN);
        routes.post("/api/v1/logout", ctx -> {
            guard.logout(ctx);
            ctx.status(204);
        });
        new ReadRoutes(node, clock).addTo(routes);
        new ActionRoutes(node, guard, clock).addTo(routes);
        new EventRoutes(node, guard, clock).addTo(routes);
        new StreamRoutes(node, streams, health).addTo(routes);
        new StoreRoutes(node, streams, guard).addTo(routes);
        new FlagRoutes(node, guard).addTo(routes);
        new TrialRoutes(node, guard, clock).addTo(routes);
        new OwnerRoutes(node, guard).addTo(routes);
        new RolloutRoutes(node, guard).addTo(routes);
        new ShadowRoutes(node, guard).addTo(routes);
        new ContentRoutes(node, guard, clock).addTo(routes);
        new HealthRoutes(node, health).addTo(routes);
        routes.exception(ApiError.class, (e, ctx) -> e.document().send(ctx));
        routes.exception(HttpResponseException.class, WebServer::refused);
        routes.exception(Exception.class, WebServer::failed);
    }

    private void login(Context ctx) {
        JsonNode guess = ActionRoutes.body(ctx).path("token");
        if (!guard.login(ctx, guess.isString() ? guess.asString() : "")) {
            throw new ApiError(401, "Unauthorized", "the token is wrong",
                    "the node printed the token when it started, and keeps it in its data directory");
        }
        ctx.status(204);
    }

    /** What Javalin itself refuses: unknown routes, wrong methods, bodies that are too large. */
    private static void refused(HttpResponseException e, Context ctx) {
        int status = e.getStatus();
        (switch (status) {
            case 404 -> new ProblemDocument(404, "Not found", "there is nothing at " + ctx.path(), "");
            case 405 -> new ProblemDocument(405, "Method not allowed",
                    ctx.req().getMethod() + " is not possible at " + ctx.path(), "");
            case 413 -> new ProblemDocument(413, "Body too large", "a body has at most " + BODY_BYTES_MAX + " bytes",
                    "");
            default -> new ProblemDocument(status, "Refused", "the request was refused", "");
        }).send(ctx);
    }

    private static void failed(Exception e, Context ctx) {
        LOG.error("{} {} failed", ctx.req().getMethod(), ctx.path(), e);
        if (!ctx.res().isCommitted()) {
            ProblemDocument.INTERNAL.send(ctx);
        }
    }

    @Override
    public void close() {
        streams.close();
        door.ifPresent(WsDoor::close);
        javalin.stop();
    }
}
