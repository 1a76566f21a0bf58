package dev.tocsin.source;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Endpoint;
import dev.tocsin.config.Secret;
import dev.tocsin.event.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.JsonNode;

/** An HTTP intake over a log in memory, and a client for it. */
final class HttpRig {
    final FakeAppender log = new FakeAppender();
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final HttpSourceConfig config;
    HttpIntake intake;

    HttpRig() {
        this(config(List.of()));
    }

    HttpRig(HttpSourceConfig config) {
        this.config = config;
        intake = restart(1);
    }

    /** A new process over the same log: all memory is gone. */
    HttpIntake restart(long epoch) {
        intake = new HttpIntake("web", config, new Collector("main", "n1", epoch, log, () -> now));
        intake.start();
        return intake;
    }

    static HttpSourceConfig config(List<HttpSourceConfig.Token> tokens) {
        return new HttpSourceConfig(new Endpoint("127.0.0.1", 8088), "acme", "auto", LogSourceHint.NONE, null, tokens,
                null,
                Map.of("text", new HttpSourceConfig.Ingest("auto", LogSourceHint.NONE, null), "numbered",
                        new HttpSourceConfig.Ingest("json", new LogSourceHint("windows", null, null),
                                "winlog.record_id")),
                true, ByteSize.parse("100KiB"), ByteSize.parse("1MiB"), ByteSize.parse("4MiB"), 200,
                Duration.ofMinutes(1), ByteSize.parse("16MiB"), null, false);
    }

    static HttpSourceConfig.Token token(String token, String customer) {
        return new HttpSourceConfig.Token(new Secret(token), customer, null);
    }

    /** An answer as a client sees it; it was sent. */
    record Reply(int status, JsonNode json) {
        int code() {
            return json.path("code").asInt(-1);
        }

        String text() {
            return json.path("text").asString("");
        }
    }

    HttpIntake.Request request(String method, String target, InputStream body, String... headers) {
        Map<String, String> map = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 0; i < headers.length; i += 2) {
            map.put(headers[i].toLowerCase(Locale.ROOT), headers[i + 1]);
        }
        int mark = target.indexOf('?');
        return new HttpIntake.Request(method, mark < 0 ? target : target.substring(0, mark),
                mark < 0 ? "" : target.substring(mark + 1), map::get, body, "10.0.0.9");
    }

    Reply post(String target, String body, String... headers) {
        return post(target, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    Reply post(String target, byte[] body, String... headers) {
        HttpIntake.Response r = unsent(target, body, headers);
        r.sent().run();
        return new Reply(r.status(), Json.read(r.body()));
    }

    /** Like {@link #post}, but the connection breaks before the answer is written. */
    HttpIntake.Response unsent(String target, byte[] body, String... headers) {
        return intake.handle(request("POST", target, new ByteArrayInputStream(body), headers));
    }

    static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
