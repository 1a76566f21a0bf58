package dev.tocsin.source;

import dev.tocsin.event.Json;
import dev.tocsin.source.HttpAccess.Sender;
import dev.tocsin.source.HttpBatch.Said;
import dev.tocsin.source.HttpIntake.Handed;
import dev.tocsin.source.HttpIntake.Request;
import dev.tocsin.source.HttpIntake.Response;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code POST /ingest/<source>}: each line is an event, or each element of one JSON array. Where the source's format is
 * JSON, a line that is no JSON object is kept as a dead letter and the answer names it. Answers when all is durable.
 */
final class IngestRoute {
    private static final Pattern SOURCE = Pattern.compile("/ingest/([A-Za-z0-9][A-Za-z0-9_.-]{0,63})");
    private static final String NAMES = "a source is named with letters, digits, dot, dash and underscore, at most 64";
    private static final int ERRORS_MAX = 10;

    private final HttpSourceConfig config;
    private final Collector collector;
    private final RequestBody body;
    private final Tally tally;

    IngestRoute(HttpSourceConfig config, Collector collector, RequestBody body, Tally tally) {
        this.config = config;
        this.collector = collector;
        this.body = body;
        this.tally = tally;
    }

    /** @throws IllegalArgumentException when no request could name that source */
    static void checkName(String source) {
        if (!SOURCE.matcher("/ingest/" + source).matches()) {
            throw new IllegalArgumentException("ingest: \"" + source + "\" cannot be a source; " + NAMES);
        }
    }

    Response handle(Request request, Sender sender, Handed handed) throws IOException {
        var path = SOURCE.matcher(request.path());
        if (!path.matches()) {
            throw new RefusedException(HecReply.NOT_FOUND, NAMES);
        }
        String source = path.group(1);
        if (sender.source() != null && !sender.source().equals(source)) {
            throw new RefusedException(HecReply.INVALID_TOKEN, "the token may only write " + sender.source());
        }
        HttpSourceConfig.Ingest known = config.ingest().getOrDefault(source, HttpSourceConfig.Ingest.UNKNOWN);
        Feed feed = new Feed(sender.customer(), source, known.format(), known.logsource(), "http");
        Reading reading = new Reading(
                new HttpBatch(feed, request.peer(), collector, tally, (int) config.messageMax().bytes()), known);
        try {
            reading.read(body.read(request, handed.lease()));
        } catch (RequestBody.DamagedException e) {
            reading.batch.refuse(e.raw(), String.valueOf(e.getMessage()));
            HttpBatch.await(reading.batch.submit(handed));
            return HttpIntake.reply(HecReply.INVALID_DATA, String.valueOf(e.getMessage()), node -> node);
        }
        if (reading.batch.isEmpty()) {
            return HttpIntake.reply(HecReply.NO_DATA);
        }
        HttpBatch.await(reading.batch.submit(handed));
        return HttpIntake.json(200, reading.answer(), reading.batch.acknowledged());
    }

    /** One request's lines and what is wrong with them. */
    private static final class Reading {
        private final HttpBatch batch;
        private final boolean json;
        private final @Nullable String idField;
        private final ArrayNode errors = Json.mapper().createArrayNode();
        private long accepted;
        private long dead;

        Reading(HttpBatch batch, HttpSourceConfig.Ingest known) {
            this.batch = batch;
            json = known.format().equals("json");
            idField = known.idField();
        }

        void read(byte[] bytes) {
            int first = 0;
            while (first < bytes.length && bytes[first] <= ' ' && bytes[first] >= 0) {
                first++;
            }
            if (json && first < bytes.length && bytes[first] == '[') {
                array(bytes);
            } else {
                Lines.each(bytes, this::line);
            }
        }

        private void line(int number, byte[] line) {
            Optional<String> why = json ? JsonSlices.whyNotAnObject(line) : Optional.empty();
            why.ifPresentOrElse(w -> refuse(number, line, "line " + number + ": " + w), () -> add(number, line));
        }

        private void array(byte[] bytes) {
            int good = 0;
            int number = 0;
            try (JsonSlices slices = new JsonSlices(bytes)) {
                slices.parser().nextToken();
                good = slices.end();
                for (JsonToken t = slices.parser().nextToken(); t != JsonToken.END_ARRAY; t = slices.parser()
                        .nextToken()) {
                    number++;
                    byte[] element = slices.value();
                    good = slices.end();
                    if (t == JsonToken.START_OBJECT) {
                        add(number, element);
                    } else {
                        refuse(number, element, "element " + number + ": it is not a JSON object");
                    }
                }
                if (slices.parser().nextToken() != null) {
                    refuse(number + 1, Arrays.copyOfRange(bytes, good, bytes.length), "something follows the array");
                }
            } catch (JacksonException e) {
                refuse(number + 1, Arrays.copyOfRange(bytes, good, bytes.length),
                        "element " + (number + 1) + ": " + JsonSlices.message(e));
            }
        }

        private void add(int number, byte[] event) {
            if (batch.add(new Said(event, event, null, "", null, json ? JsonSlices.text(event, idField) : null))) {
                accepted++;
            } else {
                count(number, "the event is longer than message_max");
            }
        }

        private void refuse(int number, byte[] what, String cause) {
            batch.refuse(what, cause);
            count(number, cause);
        }

        private void count(int number, String cause) {
            dead++;
            if (errors.size() < ERRORS_MAX) {
                errors.addObject().put("line", number).put("cause", cause);
            }
        }

        ObjectNode answer() {
            ObjectNode answer = Json.object().put("accepted", accepted).put("dead", dead);
            answer.set("errors", errors);
            return answer;
        }
    }
}
