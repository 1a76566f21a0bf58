package dev.tocsin.cli;

import dev.tocsin.base.Printable;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/** Asks a running node. Every method ends in a {@link Failure} when the node cannot be reached or refuses. */
public final class Client implements AutoCloseable {
    private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
    /** A replay answers when everything is durable. */
    private static final Duration ANSWER_MAX = Duration.ofMinutes(2);
    private static final JsonMapper MAPPER = Json.mapper().rebuild()
            .addModule(new SimpleModule().addDeserializer(EventId.class, new IdReader()))
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    private final HttpClient http;
    private final URI base;
    private final Optional<String> token;

    /** @param base without a slash at its end */
    Client(URI base, Optional<String> token) {
        this(base, token, null);
    }

    /** @param tls for https, null for the usual authorities */
    Client(URI base, Optional<String> token, @Nullable SSLContext tls) {
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(CONNECT_MAX);
        this.http = (tls == null ? builder : builder.sslContext(tls)).build();
        this.base = base;
        this.token = token;
    }

    private static final class IdReader extends StdDeserializer<EventId> {
        IdReader() {
            super(EventId.class);
        }

        @Override
        public EventId deserialize(JsonParser parser, DeserializationContext context) {
            return EventId.parse(parser.getString());
        }
    }

    public URI base() {
        return base;
    }

    /** @param parameters those of empty value are left out */
    public JsonNode get(String path, Map<String, String> parameters) {
        String query = parameters.entrySet().stream().filter(p -> !p.getValue().isEmpty())
                .map(p -> p.getKey() + "=" + escape(p.getValue())).collect(Collectors.joining("&"));
        return json(request(path + (query.isEmpty() ? "" : "?" + query)).GET().build());
    }

    public JsonNode post(String path, JsonNode body) {
        return json(request(path).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(Json.write(body))).build());
    }

    public JsonNode put(String path, JsonNode body) {
        return json(request(path).header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofByteArray(Json.write(body))).build());
    }

    public JsonNode delete(String path) {
        return json(request(path).DELETE().build());
    }

    /**
     * Sends a file.
     *
     * @param member of a problem document that is an answer, too
     */
    public JsonNode upload(String path, Path file, Map<String, String> headers, String member) throws IOException {
        HttpRequest.Builder request = request(path).header("Content-Type", "application/zip")
                .POST(BodyPublishers.ofFile(
                        file));
        headers.forEach(request::header);
        try {
            HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
            byte[] bytes;
            try (InputStream body = response.body()) {
                bytes = body.readNBytes(Json.DOCUMENT_BYTES_MAX);
            }
            JsonNode json = bytes.length == 0 ? Json.object() : Json.read(bytes);
            if (response.statusCode() / 100 == 2) {
                return json;
            }
            if (json.has(member)) {
                return json.path(member);
            }
            throw refused(response.statusCode(), Words.of(new String(bytes, StandardCharsets.UTF_8)));
        } catch (JacksonException e) {
            throw notUnderstood("not JSON");
        } catch (IOException e) {
            throw unreachable("nothing answers at " + base + " (" + reason(e) + ")");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable("stopped while waiting for " + base);
        }
    }

    /** The JSON as a record of the contract. */
    public <T> T bind(JsonNode json, Class<T> type) {
        try {
            return MAPPER.treeToValue(json, type);
        } catch (JacksonException | IllegalArgumentException e) {
            throw notUnderstood(String.valueOf(e.getMessage()));
        }
    }

    /** Takes one server-sent event, and answers whether it wants more. */
    public interface EventReader {
        /** @param name as the node gave it, or empty */
        boolean read(String name, String data);
    }

    /** The events of a stream, until the reader wants no more or the node ends it. */
    public void events(String path, EventReader reader) {
        HttpRequest request = request(path).header("Accept", "text/event-stream").GET().build();
        HttpResponse<InputStream> response = send(request);
        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            StringBuilder data = new StringBuilder();
            String name = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("data:")) {
                    data.append(data.isEmpty() ? "" : "\n").append(line.substring(5).stripLeading());
                } else if (line.startsWith("event:")) {
                    name = line.substring(6).strip();
                } else if (line.isEmpty()) {
                    if (!data.isEmpty() && !reader.read(name, data.toString())) {
                        return;
                    }
                    data.setLength(0);
                    name = "";
                }
            }
        } catch (IOException e) {
            throw unreachable("the node at " + base + " went away (" + reason(e) + ")");
        }
    }

    /** Takes one line of an answer; what it throws ends the reading. */
    public interface LineReader {
        void read(String line) throws IOException;
    }

    /** The lines of a long answer, as they come. */
    public void lines(String path, Map<String, String> parameters, LineReader reader) {
        String query = parameters.entrySet().stream().filter(p -> !p.getValue().isEmpty())
                .map(p -> p.getKey() + "=" + escape(p.getValue())).collect(Collectors.joining("&"));
        HttpRequest request = request(path + (query.isEmpty() ? "" : "?" + query)).GET().build();
        try (var lines = new BufferedReader(
                new InputStreamReader(send(request).body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                reader.read(line);
            }
        } catch (IOException e) {
            throw unreachable("the node at " + base + " went away (" + reason(e) + ")");
        }
    }

    public static String escape(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        // An open tap would otherwise be waited for.
        http.shutdownNow();
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path)).timeout(ANSWER_MAX);
        token.ifPresent(t -> request.header("Authorization", "Bearer " + t));
        return request;
    }

    private JsonNode json(HttpRequest request) {
        try (InputStream body = send(request).body()) {
            byte[] bytes = body.readNBytes(Json.DOCUMENT_BYTES_MAX + 1);
            return bytes.length == 0 ? Json.object() : Json.read(bytes);
        } catch (JacksonException e) {
            throw notUnderstood("not JSON");
        } catch (IOException e) {
            throw unreachable("the node at " + base + " went away (" + reason(e) + ")");
        }
    }

    private HttpResponse<InputStream> send(HttpRequest request) {
        try {
            HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
            if (response.statusCode() / 100 != 2) {
                throw refused(response);
            }
            return response;
        } catch (IOException e) {
            throw unreachable("nothing answers at " + base + " (" + reason(e) + ")");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable("stopped while waiting for " + base);
        }
    }

    private Failure refused(HttpResponse<InputStream> response) throws IOException {
        Words words;
        try (InputStream body = response.body()) {
            words = Words.of(new String(body.readNBytes(64 * 1024), StandardCharsets.UTF_8));
        }
        return refused(response.statusCode(), words);
    }

    private Failure refused(int status, Words words) {
        return switch (status) {
            case 401, 403 -> Failure.of(Exit.PROBLEMS, ProblemCode.NOT_ALLOWED,
                    (token.isPresent() ? "the node does not take this token" : "the node wants a token") + words.said,
                    "give it by --token or TOCSIN_TOKEN, or the node's data directory by --data (it has admin.token)");
            case 400, 422 ->
                Failure.of(Exit.USAGE, ProblemCode.NODE_REFUSED, "the node refuses" + words.said, words.hint);
            case 502, 503, 504 -> Failure.of(Exit.UNREACHABLE, ProblemCode.UNREACHABLE,
                    "the node at " + base + " cannot answer now" + words.said, words.hint);
            default -> Failure.of(Exit.PROBLEMS, ProblemCode.NODE_REFUSED,
                    "the node refuses (HTTP " + status + ")" + words.said, words.hint);
        };
    }

    /**
     * What the node itself says of a refusal: a problem document (RFC 9457), or what something between us and it sent.
     *
     * @param said with a colon before, or empty
     */
    private record Words(String said, String hint) {
        static Words of(String body) {
            try {
                JsonNode json = Json.read(body);
                String detail = json.path("detail").asString(json.path("error").asString(""));
                return new Words(said(detail.isEmpty() ? json.path("title").asString("") : detail),
                        json.path("hint").asString(""));
            } catch (JacksonException _) {
                return new Words(body.stripLeading().startsWith("<") ? "" : said(body), "");
            }
        }

        private static String said(String text) {
            return text.isBlank() ? "" : ": " + Printable.clip(text.strip(), 500);
        }
    }

    private static Failure unreachable(String what) {
        return Failure.of(Exit.UNREACHABLE, ProblemCode.UNREACHABLE, what,
                "start a node with `tocsin run` or `tocsin demo`, or say where one is with --url");
    }

    private Failure notUnderstood(String why) {
        return Failure.of(Exit.UNREACHABLE, ProblemCode.UNREACHABLE,
                "what answers at " + base + " is not a Tocsin node of this version: " + Printable.clip(why, 200),
                "say where one is with --url");
    }

    private static String reason(Throwable e) {
        if (e.getMessage() != null && !e.getMessage().isBlank()) {
            return Printable.clip(e.getMessage(), 200);
        }
        // The client wraps what happened in several exceptions without words.
        return switch (e) {
            case ConnectException c when c.getCause() instanceof ConnectException inner -> reason(inner);
            case ConnectException c when c.getCause() instanceof UnresolvedAddressException -> "unknown host";
            case ConnectException _ -> "connection refused";
            default -> e.getCause() != null ? reason(e.getCause()) : e.getClass().getSimpleName();
        };
    }
}
