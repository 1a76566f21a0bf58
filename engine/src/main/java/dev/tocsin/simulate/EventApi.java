package dev.tocsin.simulate;

import dev.tocsin.event.Json;
import dev.tocsin.simulate.Draw.Purpose;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The same events by five kinds of pagination, one for each path under {@code /v1}. Thread-safe. */
final class EventApi {
    private static final String JSON = "application/json; charset=utf-8";

    private final Timeline timeline;
    private final EventMaker maker;
    private final Faults faults;
    private final Statistics statistics;

    /**
     * A request with what holds for it.
     *
     * @param base scheme, host and port, for absolute addresses
     * @param number of the request, for its faults
     * @param now microseconds
     */
    record Call(String path, Map<String, String> parameters, String base, Knobs knobs, long number, long now) {
        Call {
            parameters = new LinkedHashMap<>(parameters);
        }

        String address(String parameter, String value) {
            Map<String, String> all = new LinkedHashMap<>(parameters);
            all.put(parameter, value);
            return base + path + "?" + Parameters.write(all);
        }
    }

    EventApi(Timeline timeline, EventMaker maker, Faults faults, Statistics statistics) {
        this.timeline = timeline;
        this.maker = maker;
        this.faults = faults;
        this.statistics = statistics;
    }

    ApiAnswer answer(Call call) {
        ApiAnswer answer = switch (call.path()) {
            case "/v1/events" -> pages(call, false);
            case "/v1/link" -> pages(call, true);
            case "/v1/offset" -> offset(call);
            case "/v1/cursor" -> cursor(call);
            case "/v1/window" -> window(call);
            default -> throw new RefusedException(404, "not_found", "there is no " + call.path());
        };
        statistics.count("pages");
        return answer;
    }

    private static long perPage(Call call, String name) {
        long asked = Parameters.number(call.parameters(), name, call.knobs().count(Knob.PER_PAGE), 1);
        long max = Math.max(1, call.knobs().count(Knob.PER_PAGE_MAX));
        if (asked > max && !call.knobs().flag(Knob.PER_PAGE_CLAMP)) {
            throw RefusedException.invalid(name + " is more than " + max);
        }
        return Math.clamp(asked, 1, max);
    }

    private boolean hits(Call call, Knob chance, Purpose purpose) {
        boolean hit = faults.hits(call.knobs(), chance, purpose, call.number());
        if (hit) {
            statistics.count("fault." + chance.label());
        }
        return hit;
    }

    /** The page's events; those before the first are asked for once more when the fault says so. */
    private ArrayNode events(Call call, Listing listing, Listing.Slice slice, long offset) {
        ArrayNode events = Json.mapper().createArrayNode();
        if (offset > 0 && !slice.numbers().isEmpty() && hits(call, Knob.REPEATED, Purpose.REPEAT)) {
            listing.slice(timeline, maker, offset - 1, 1).numbers().forEach(n -> add(events, n));
        }
        slice.numbers().forEach(n -> add(events, n));
        return events;
    }

    private void add(ArrayNode events, long number) {
        events.add(maker.json(timeline.entry(number)));
        statistics.count("events_served");
    }

    /** What names the next page: nothing, the right value, or by a fault nothing or this page's. */
    private Optional<String> next(Call call, boolean more, String right, String own) {
        if (!more || hits(call, Knob.NEXT_MISSING, Purpose.NEXT_MISSING)) {
            return Optional.empty();
        }
        return Optional.of(hits(call, Knob.NEXT_LOOPS, Purpose.NEXT_LOOPS) ? own : right);
    }

    private ApiAnswer pages(Call call, boolean byHeader) {
        long page = Parameters.number(call.parameters(), "page", 1, 1);
        long perPage = perPage(call, "per_page");
        long pagesMax = call.knobs().count(Knob.PAGES_MAX);
        if (pagesMax > 0 && page > pagesMax) {
            throw RefusedException.invalid("page is more than " + pagesMax + "; ask for a smaller window");
        }
        Listing listing = Listing.of(call.parameters(), "since", "until", call.now(), call.knobs());
        call.parameters().put("per_page", Long.toString(perPage));
        long offset = (page - 1) * perPage;
        Listing.Slice slice = listing.slice(timeline, maker, offset, perPage);
        ArrayNode events = events(call, listing, slice, offset);
        boolean more = offset + perPage < slice.total() && (pagesMax == 0 || page < pagesMax);
        Optional<String> next = next(call, more, call.address("page", Long.toString(page + 1)),
                call.address("page", Long.toString(page)));
        if (byHeader) {
            ApiAnswer answer = page(call, events);
            return next.map(n -> answer.with("Link", "<" + n + ">; rel=\"next\"")).orElse(answer);
        }
        ObjectNode body = Json.object().put("count", slice.total());
        ObjectNode pagination = body.putObject("pagination");
        next.ifPresent(n -> pagination.put("next", n));
        return page(call, body.set("events", events));
    }

    private ApiAnswer offset(Call call) {
        long offset = Parameters.number(call.parameters(), "offset", 0, 0);
        long limit = perPage(call, "limit");
        long depth = call.knobs().count(Knob.PAGES_MAX) * call.knobs().count(Knob.PER_PAGE_MAX);
        if (depth > 0 && offset + limit > depth) {
            throw RefusedException.invalid("offset and limit are more than " + depth + "; ask for a smaller window");
        }
        Listing listing = Listing.of(call.parameters(), "since", "until", call.now(), call.knobs());
        Listing.Slice slice = listing.slice(timeline, maker, offset, limit);
        ObjectNode body = Json.object().put("total", slice.total()).put("offset", offset).put("limit", limit);
        return page(call, body.set("events", events(call, listing, slice, offset)));
    }

    private ApiAnswer cursor(Call call) {
        long limit = perPage(call, "per_page");
        String given = call.parameters().getOrDefault("cursor", "");
        Map<String, String> opened = given.isEmpty() ? call.parameters() : open(given);
        long after = Parameters.number(opened, "after", -1, 0);
        Listing listing = Listing.of(opened, "since", "until", call.now(), call.knobs());
        Listing.Slice slice = after < 0
                ? listing.slice(timeline, maker, 0, limit)
                : listing.after(timeline, maker, after, limit);
        ArrayNode events = Json.mapper().createArrayNode();
        if (after >= 0 && hits(call, Knob.REPEATED, Purpose.REPEAT)) {
            add(events, after);
        }
        slice.numbers().forEach(n -> add(events, n));
        boolean more = slice.total() > slice.numbers().size();
        ObjectNode body = Json.object().put("has_more", more);
        if (more) {
            Map<String, String> closed = new LinkedHashMap<>(opened);
            closed.remove("cursor");
            closed.put("sort_by", listing.descending() ? "created_at.desc" : "created_at.asc");
            closed.put("after", Long.toString(slice.numbers().getLast()));
            next(call, true, close(closed), given.isEmpty() ? "again" : given)
                    .ifPresent(c -> body.put("next_cursor", c));
        }
        return page(call, body.set("events", events));
    }

    private static String close(Map<String, String> parameters) {
        return Base64.getUrlEncoder().withoutPadding()
                .encodeToString(Parameters.write(parameters).getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, String> open(String cursor) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            Map<String, String> parameters = Parameters.parse(text);
            if (parameters.containsKey("after")) {
                return parameters;
            }
        } catch (IllegalArgumentException e) {
            throw new RefusedException(400, "bad_request", "not a cursor of ours: " + cursor);
        }
        throw RefusedException.bad("not a cursor of ours: " + cursor);
    }

    private ApiAnswer window(Call call) {
        Listing listing = Listing.of(call.parameters(), "from", "to", call.now(), call.knobs());
        long max = call.knobs().count(Knob.WINDOW_MAX);
        Listing.Slice slice = listing.slice(timeline, maker, 0, max);
        if (slice.total() > max) {
            throw RefusedException.invalid("there are " + slice.total() + " events in the window, more than " + max);
        }
        return page(call, Json.object().set("events", events(call, listing, slice, 0)));
    }

    /** The answer, whole or not. */
    private ApiAnswer page(Call call, JsonNode body) {
        byte[] bytes = Json.write(body);
        if (hits(call, Knob.CUT_OFF, Purpose.CUT)) {
            return new ApiAnswer(200, Map.of("Content-Type", JSON), bytes.length, out -> {
                out.write(bytes, 0, bytes.length / 2);
                out.flush();
                throw new IOException("cut off by the knob cut_off");
            });
        }
        if (hits(call, Knob.TRUNCATED, Purpose.TRUNCATE)) {
            return ApiAnswer.bytes(200, JSON, Arrays.copyOf(bytes, bytes.length / 2));
        }
        return ApiAnswer.bytes(200, JSON, bytes);
    }
}
