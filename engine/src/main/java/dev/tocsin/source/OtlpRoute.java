package dev.tocsin.source;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tocsin.event.Json;
import dev.tocsin.source.HttpAccess.Sender;
import dev.tocsin.source.HttpBatch.Said;
import dev.tocsin.source.HttpIntake.Handed;
import dev.tocsin.source.HttpIntake.Request;
import dev.tocsin.source.HttpIntake.Response;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code POST /v1/logs}: OpenTelemetry's logs (OTLP/HTTP specification 1.x), protobuf or JSON, packed or not. The answer
 * comes when all records are durable, in the encoding of the request. Records that cannot be events are kept as dead
 * letters and told in {@code partial_success}, so the sender does not send them again. A sender that is to come again is
 * answered 429 (more under way than {@code in_flight_max}) or 503 (the log takes nothing), with {@code Retry-After}; what
 * can never be understood gets 400, and its body is kept.
 */
final class OtlpRoute {
    static final String PATH = "/v1/logs";
    private static final String PROTOBUF = "application/x-protobuf";
    private static final String JSON = "application/json";

    private final String name;
    private final HttpSourceConfig config;
    private final Collector collector;
    private final RequestBody body;
    private final Tally tally;

    OtlpRoute(String name, HttpSourceConfig config, Collector collector, RequestBody body, Tally tally) {
        this.name = name;
        this.config = config;
        this.collector = collector;
        this.body = body;
        this.tally = tally;
    }

    Response handle(Request request, Sender sender, Handed handed) throws IOException {
        String type = type(request);
        if (!type.equals(PROTOBUF) && !type.equals(JSON)) {
            return error(request, 415, "the content type must be " + PROTOBUF + " or " + JSON);
        }
        Feed feed = new Feed(sender.customer(), sender.source() == null ? name : sender.source(), "otlp",
                config.logsource(), "otlp");
        HttpBatch batch = new HttpBatch(feed, request.peer(), collector, tally, (int) config.messageMax().bytes());
        Reading reading = new Reading(batch);
        byte[] bytes;
        try {
            bytes = body.read(request, handed.lease());
        } catch (RequestBody.DamagedException e) {
            return damaged(request, batch, e.raw(), String.valueOf(e.getMessage()), handed);
        }
        try {
            if (type.equals(PROTOBUF)) {
                OtlpRecords.protobuf(bytes, reading);
            } else {
                OtlpRecords.json(object(bytes), reading);
            }
        } catch (StreamConstraintsException e) {
            return error(request, 413, "send smaller batches: " + e.getOriginalMessage());
        } catch (InvalidProtocolBufferException | JacksonException | IllegalArgumentException e) {
            HttpBatch whole = new HttpBatch(feed, request.peer(), collector, tally,
                    (int) config.messageMax().bytes());
            return damaged(request, whole, bytes, "not an OTLP request: " + firstLine(e), handed);
        }
        if (!batch.isEmpty()) {
            HttpBatch.await(batch.submit(handed));
        }
        return success(type, reading, batch.acknowledged());
    }

    private static String firstLine(Exception e) {
        String message = String.valueOf(e instanceof JacksonException j ? j.getOriginalMessage() : e.getMessage());
        return message.lines().findFirst().orElse("");
    }

    private static ObjectNode object(byte[] bytes) {
        if (Json.read(bytes) instanceof ObjectNode object) {
            return object;
        }
        throw new IllegalArgumentException("the body is not a JSON object");
    }

    private static Response damaged(Request request, HttpBatch batch, byte[] raw, String why, Handed handed) {
        batch.refuse(raw, why);
        HttpBatch.await(batch.submit(handed));
        return error(request, 400, why);
    }

    /** The records of one request. */
    private static final class Reading implements OtlpRecords.Receiver {
        private final HttpBatch batch;
        private long rejected;
        private String why = "";

        Reading(HttpBatch batch) {
            this.batch = batch;
        }

        @Override
        public void event(ObjectNode event) {
            byte[] original = Json.write(event);
            String host = event.path("resource").path("attributes").path("host.name").asString("");
            if (!batch.add(new Said(original, original, time(event), host, null, null))) {
                reject("the record is longer than message_max");
            }
        }

        @Override
        public void refuse(JsonNode what, String cause) {
            batch.refuse(Json.write(what), cause);
            reject(cause);
        }

        private void reject(String cause) {
            rejected++;
            why = cause;
        }

        private static @Nullable Instant time(ObjectNode event) {
            for (String field : new String[]{"timeUnixNano", "observedTimeUnixNano"}) {
                String nanos = event.path(field).asString("");
                if (nanos.matches("[1-9]\\d{0,17}|[1-8]\\d{18}")) {
                    return Instant.ofEpochSecond(0, Long.parseLong(nanos));
                }
            }
            return null;
        }
    }

    private static Response success(String type, Reading reading, Runnable acknowledged) {
        String why = reading.rejected == 0
                ? ""
                : reading.rejected + " records are kept as dead letters: " + reading.why;
        byte[] answer;
        if (type.equals(PROTOBUF)) {
            ExportLogsServiceResponse.Builder response = ExportLogsServiceResponse.newBuilder();
            if (reading.rejected > 0) {
                response.setPartialSuccess(ExportLogsPartialSuccess.newBuilder()
                        .setRejectedLogRecords(reading.rejected).setErrorMessage(why));
            }
            answer = response.build().toByteArray();
        } else {
            ObjectNode response = Json.object();
            if (reading.rejected > 0) {
                response.putObject("partialSuccess").put("rejectedLogRecords", Long.toString(reading.rejected))
                        .put("errorMessage", why);
            }
            answer = Json.write(response);
        }
        return new Response(200, type, answer, Map.of(), acknowledged);
    }

    /** A {@code google.rpc.Status} in the encoding of the request; its message is field 2. */
    static Response error(Request request, int status, String message) {
        boolean protobuf = type(request).equals(PROTOBUF);
        Map<String, String> headers = status == 429 || status == 503 ? Map.of("Retry-After", "1") : Map.of();
        byte[] answer = protobuf ? status(message) : Json.write(Json.object().put("message", message));
        return new Response(status, protobuf ? PROTOBUF : JSON, answer, headers, () -> {
        });
    }

    private static byte[] status(String message) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            CodedOutputStream coded = CodedOutputStream.newInstance(out);
            coded.writeString(2, message);
            coded.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static String type(Request request) {
        String type = request.header("Content-Type");
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(java.util.Locale.ROOT);
    }
}
