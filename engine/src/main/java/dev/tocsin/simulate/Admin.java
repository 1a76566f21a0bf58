package dev.tocsin.simulate;

import dev.tocsin.config.DurationText;
import dev.tocsin.event.Json;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The door for who runs the simulator: the truth, the knobs, the clock. Needs no token and has no faults. */
final class Admin {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Simulator simulator;
    private final Timeline timeline;
    private final EventMaker maker;
    private final Statistics statistics;

    Admin(Simulator simulator, Timeline timeline, EventMaker maker, Statistics statistics) {
        this.simulator = simulator;
        this.timeline = timeline;
        this.maker = maker;
        this.statistics = statistics;
    }

    ApiAnswer answer(ApiRequest request) {
        switch (request.method() + " " + request.path()) {
            case "GET /admin/ledger" -> {
                return ledger(request);
            }
            case "GET /admin/stats" -> {
                return stats();
            }
            case "POST /admin/knobs" -> turn(request);
            case "POST /admin/clock" -> advance(request);
            case "GET /admin/knobs", "GET /admin/clock" -> {
            }
            default -> throw new RefusedException(404, "not_found",
                    "there is no " + request.method() + " " + request.path());
        }
        return ApiAnswer.json(200, request.path().equals("/admin/knobs") ? simulator.knobs().json() : clock());
    }

    private ObjectNode clock() {
        return Json.object().put("now", EventMaker.time(simulator.now(), 6)).put("virtual",
                simulator.settings().clock().isVirtual());
    }

    private ApiAnswer stats() {
        ObjectNode json = clock().put("seed", simulator.settings().seed());
        synchronized (timeline) {
            json.put("events_made", timeline.made()).put("events_visible", timeline.made() - timeline.waiting())
                    .put("events_not_yet_visible", timeline.waiting());
        }
        json.put("tokens_issued", simulator.tokensIssued());
        return ApiAnswer.json(200, json.set("counts", statistics.json()));
    }

    private static JsonNode body(ApiRequest request) {
        try {
            return Json.read(request.body());
        } catch (JacksonException e) {
            throw RefusedException.bad("the body is not JSON");
        }
    }

    private void turn(ApiRequest request) {
        try {
            simulator.turn(simulator.knobs().merged(body(request)));
        } catch (IllegalArgumentException e) {
            throw new RefusedException(400, "bad_request", String.valueOf(e.getMessage()));
        }
    }

    private void advance(ApiRequest request) {
        try {
            simulator.settings().clock().advance(DurationText.parse(body(request).path("advance").asString("")));
        } catch (IllegalArgumentException e) {
            throw new RefusedException(400, "bad_request", "advance: " + e.getMessage());
        } catch (IllegalStateException e) {
            throw new RefusedException(409, "conflict", String.valueOf(e.getMessage()));
        }
    }

    /** Every event that was visible at any time until now, in the order of created_at. */
    private ApiAnswer ledger(ApiRequest request) {
        long now = simulator.now();
        long since = Parameters.time(request.parameters(), "since", Long.MIN_VALUE);
        long until = Parameters.time(request.parameters(), "until", Long.MAX_VALUE);
        Timeline.Span span = timeline.span(since, until);
        return ApiAnswer.stream("application/x-ndjson; charset=utf-8", raw -> {
            OutputStream out = new BufferedOutputStream(raw, BUFFER_BYTES);
            for (long n = span.from(); n < span.to(); n++) {
                Timeline.Entry entry = timeline.entry(n);
                if (entry.visible() <= now) {
                    write(out, entry);
                }
            }
            out.flush();
        });
    }

    private void write(OutputStream out, Timeline.Entry entry) throws IOException {
        out.write(Json.write(Json.object().put("id", maker.id(entry.number()))
                .put("created_at", EventMaker.time(entry.created(), entry.digits()))
                .put("visible_at", EventMaker.time(entry.visible(), 6)).put("type", maker.type(entry.number()))));
        out.write('\n');
    }
}
