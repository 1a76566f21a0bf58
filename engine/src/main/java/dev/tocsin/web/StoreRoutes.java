package dev.tocsin.web;

import dev.tocsin.config.DurationText;
import dev.tocsin.event.Json;
import dev.tocsin.fabric.data.PlainJson;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.ValueException;
import dev.tocsin.fabric.data.ValueSet;
import dev.tocsin.fabric.store.Answer;
import dev.tocsin.fabric.store.Expiry;
import dev.tocsin.fabric.store.Mutation;
import dev.tocsin.fabric.store.Query;
import dev.tocsin.fabric.store.Store;
import dev.tocsin.node.NodeApi;
import dev.tocsin.web.LiveStreams.LiveStream;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The stores by hand. Keys and values are read as {@link PlainJson} has them, and written in both ways: {@code value} plain,
 * {@code typed} as the wire writes it.
 */
final class StoreRoutes {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int BUFFER_BYTES = 1 << 16;
    private static final Set<String> KNOWN = Set.of("operation", "key", "index", "value", "expiry", "if_revision",
            "timeout", "master", "entries");

    private final NodeApi node;
    private final LiveStreams streams;
    private final Guard guard;

    StoreRoutes(NodeApi node, LiveStreams streams, Guard guard) {
        this.node = node;
        this.streams = streams;
        this.guard = guard;
    }

    void addTo(RoutesConfig routes) {
        routes.get("/api/v1/stores", ctx -> ApiJson.send(ctx, node.stores()));
        routes.get("/api/v1/stores/{name}", ctx -> ApiJson.send(ctx, state(ctx)));
        routes.get("/api/v1/stores/{name}/keys", this::keys);
        routes.get("/api/v1/stores/{name}/watch", this::watch);
        routes.post("/api/v1/stores/{name}/query", this::query);
        routes.post("/api/v1/stores/{name}/mutate", this::mutate);
        routes.post("/api/v1/stores/{name}/load", this::load);
    }

    private NodeApi.StoreState state(Context ctx) {
        String name = store(ctx).name();
        return node.stores().stream().filter(s -> s.name().equals(name)).findFirst()
                .orElseThrow(() -> ApiError.notFound("there is no store \"" + name + "\" at this node", ""));
    }

    private Store store(Context ctx) {
        try {
            return node.store(ctx.pathParam("name"));
        } catch (IllegalArgumentException e) {
            throw ApiError.notFound(BadRequests.message(e), "");
        }
    }

    /** A line of JSON for each key, in their order. */
    private void keys(Context ctx) throws IOException {
        Store store = store(ctx);
        Duration timeout = timeout(Parameters.optional(ctx, "timeout"));
        Answer answer = StoreFaults.await(() -> store.query(Query.keys(), timeout));
        ctx.contentType("application/x-ndjson");
        try (OutputStream out = new BufferedOutputStream(ctx.outputStream(), BUFFER_BYTES)) {
            for (Value key : ((ValueSet) answer.value()).items()) {
                ObjectNode line = Json.object();
                line.set("key", PlainJson.write(key));
                line.set("typed", StoreFrames.typed(key));
                out.write(Json.write(line));
                out.write('\n');
            }
        }
    }

    private void query(Context ctx) {
        Store store = store(ctx);
        JsonNode body = body(ctx);
        Query query = switch (operation(body)) {
            case "get" -> Query.get(needed(body, "key"));
            case "exists" -> Query.exists(needed(body, "key"));
            case "index" -> Query.index(needed(body, "key"), needed(body, "index"));
            case "size" -> Query.size();
            default -> throw ApiError.badRequest("unknown query \"" + operation(body) + "\"",
                    "known are get, exists, index, size; keys have a route of their own");
        };
        Duration timeout = timeout(body.path("timeout").asString(""));
        boolean master = body.path("master").asBoolean(false);
        send(ctx, StoreFaults.await(() -> master ? store.queryMaster(query, timeout) : store.query(query, timeout)));
    }

    private void mutate(Context ctx) {
        String name = store(ctx).name();
        JsonNode body = body(ctx);
        Mutation mutation = mutation(body);
        Duration timeout = timeout(body.path("timeout").asString(""));
        send(ctx, StoreFaults.await(() -> node.change(name, mutation, timeout, guard.who(ctx))));
    }

    private static Mutation mutation(JsonNode body) {
        String operation = operation(body);
        Optional<Value> index = value(body, "index");
        Mutation bare = switch (operation) {
            case "put" -> Mutation.put(needed(body, "key"), needed(body, "value"));
            case "put_unique" -> Mutation.putUnique(needed(body, "key"), needed(body, "value"));
            case "erase" -> Mutation.erase(needed(body, "key"));
            case "clear" -> Mutation.clear();
            case "increment" -> Mutation.increment(needed(body, "key"), value(body, "value").orElse(Value.count(1)));
            case "decrement" -> Mutation.decrement(needed(body, "key"), value(body, "value").orElse(Value.count(1)));
            case "append" -> Mutation.append(needed(body, "key"), needed(body, "value"));
            case "insert_into" -> index.isPresent()
                    ? Mutation.insertInto(needed(body, "key"), index.get(), needed(body, "value"))
                    : Mutation.insertInto(needed(body, "key"), needed(body, "value"));
            case "remove_from" -> Mutation.removeFrom(needed(body, "key"), needed(body, "index"));
            case "push" -> Mutation.push(needed(body, "key"), needed(body, "value"));
            case "pop" -> Mutation.pop(needed(body, "key"));
            default -> throw ApiError.badRequest("unknown mutation \"" + operation + "\"",
                    "known are put, put_unique, erase, clear, increment, decrement, append, insert_into, remove_from,"
                            + " push, pop");
        };
        Optional<Expiry> expiry = expiry(body);
        if (expiry.isPresent() && (bare.kind() == Mutation.Kind.ERASE || bare.kind() == Mutation.Kind.CLEAR)) {
            throw ApiError.badRequest("\"expiry\" is not for " + operation + ": nothing is left that could expire",
                    "leave it out");
        }
        Mutation mutation = expiry.map(bare::with).orElse(bare);
        JsonNode revision = body.path("if_revision");
        if (revision.isMissingNode()) {
            return mutation;
        }
        if (!revision.isIntegralNumber() || !revision.canConvertToLong() || revision.asLong() < 0) {
            throw ApiError.badRequest("\"if_revision\" must be a revision", "0 means that the key is not there");
        }
        return mutation.ifRevision(revision.asLong());
    }

    /** Puts many: {@code {"entries":[{"key":…,"value":…},…]}}; answers {@code {"loaded":n}} when all are acknowledged. */
    private void load(Context ctx) {
        String name = store(ctx).name();
        JsonNode body = body(ctx);
        Duration timeout = timeout(body.path("timeout").asString(""));
        Optional<Expiry> expiry = expiry(body);
        if (!body.path("entries").isArray()) {
            throw ApiError.badRequest("\"entries\" must be a list", "send {\"entries\":[{\"key\":…,\"value\":…}]}");
        }
        List<Mutation> puts = new ArrayList<>();
        for (JsonNode entry : body.path("entries")) {
            Mutation put = Mutation.put(needed(entry, "key"), needed(entry, "value"));
            puts.add(expiry.map(put::with).orElse(put));
        }
        StoreFaults.await(() -> node.load(name, puts, timeout, guard.who(ctx)));
        ApiJson.send(ctx, Map.of("loaded", puts.size()));
    }

    private void watch(Context ctx) throws Exception {
        String name = store(ctx).name();
        try (LiveStream reader = streams.open(ctx);
                AutoCloseable _ = BadRequests.explain(() -> node.watch(name, new StoreFrames(reader::put)))) {
            reader.begin();
            reader.pumpToTheEnd();
        } catch (IOException e) {
            // The reader has gone away; there is nobody left to tell.
            return;
        }
    }

    private static void send(Context ctx, Answer answer) {
        ObjectNode json = Json.object();
        json.set("value", PlainJson.write(answer.value()));
        json.set("typed", StoreFrames.typed(answer.value()));
        ApiJson.send(ctx, json.put("revision", answer.revision()));
    }

    private static JsonNode body(Context ctx) {
        JsonNode body = ActionRoutes.body(ctx);
        body.propertyNames().stream().filter(n -> !KNOWN.contains(n)).findFirst().ifPresent(unknown -> {
            throw ApiError.badRequest("unknown member \"" + unknown + "\"", "known are operation, key, index, value,"
                    + " expiry, if_revision, timeout, master");
        });
        return body;
    }

    private static String operation(JsonNode body) {
        return body.path("operation").asString("").toLowerCase(Locale.ROOT).replace('-', '_');
    }

    private static Value needed(JsonNode body, String name) {
        return value(body, name).orElseThrow(() -> ApiError.badRequest("\"" + name + "\" is missing", ""));
    }

    private static Optional<Value> value(JsonNode body, String name) {
        if (!body.has(name)) {
            return Optional.empty();
        }
        try {
            return Optional.of(PlainJson.read(body.get(name)));
        } catch (ValueException e) {
            throw ApiError.badRequest("\"" + name + "\" is no value: " + e.getMessage(),
                    "write JSON, or {\"@data-type\":…,\"data\":…}");
        }
    }

    private static Optional<Expiry> expiry(JsonNode body) {
        String text = body.path("expiry").asString("");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(text.equals("never")
                ? Expiry.NEVER
                : BadRequests.explain(() -> Expiry.after(DurationText.parse(text))));
    }

    private static Duration timeout(@Nullable String text) {
        return text == null || text.isEmpty() ? TIMEOUT : BadRequests.explain(() -> DurationText.parse(text));
    }
}
