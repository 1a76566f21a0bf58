package dev.tocsin.source.api;

import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an API is like. Shipped ones are the resources {@code api/<name>.yaml}. */
@Doc("What an API is like.")
public record ApiDefinition(@Doc("Path of the events, such as /v1/events.") String path,
        @Doc("Header lines of each request.") @Default("{}") Map<String, String> headers,
        @Doc("Parameters of each request.") @Default("{}") Map<String, String> parameters,
        @Doc("Parameters whose value is a CEL expression of since, until and now.") @Default("{}") Map<String, String> expressions,
        @Doc("The parameter for the beginning of the window.") TimeParameter since,
        @Doc("The parameter for its end; without one the end is cut off here.") @Nullable TimeParameter until,
        @Doc("How pages are named.") PaginationConfig pagination,
        @Doc("The parameter for the events on a page; empty is none.") @Default("per_page") String perPageParameter,
        @Doc("Events asked for on a page.") @Default("100") int perPage,
        @Doc("Pages that can be had of one window at most; 0 is no limit.") @Default("0") int pageCap,
        @Doc("Where the list of events stands in the body; empty is the body itself.") @Default("") String records,
        @Doc("In place of records: a CEL expression of body that is the list.") @Nullable String select,
        @Doc("A CEL expression of record that is the event to be delivered.") @Nullable String transform,
        @Doc("Where an event has its id; without one its content is its id.") @Nullable String id,
        @Doc("Where an event has the time by which the API filters.") String clock,
        @Doc("In which order the API lists by that time.") @Default("asc") Order order,
        @Doc("Older events are not to be had; none is for ever.") @Nullable Duration retention,
        @Doc("How to read an instant that has more events than the pages can show.") @Nullable SplitFilter split,
        @Doc("Events of so long ago are the newest asked for.") @Default("1s") Duration settle,
        @Doc("So far before what was read, each poll reads again.") @Default("1m") Duration overlap,
        @Doc("How late events are found.") @Default("{}") SweepConfig sweep,
        @Doc("Requests a second; 0 is no limit.") @Default("0") double rate,
        @Doc("Where OAuth2 tokens come from.") @Default("{}") TokenEndpoint token) {

    public ApiDefinition {
        headers = Map.copyOf(headers);
        parameters = Map.copyOf(parameters);
        expressions = Map.copyOf(expressions);
        expressions.forEach((name, text) -> Expressions.check("expressions." + name, text));
        if (select != null) {
            Expressions.check("select", select);
        }
        if (transform != null) {
            Expressions.check("transform", transform);
        }
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("path begins with /");
        }
        if (perPage < 1 || pageCap < 0 || settle.isNegative() || overlap.isNegative() || !(rate >= 0)) {
            throw new IllegalArgumentException(
                    "per_page must be above 0; page_cap, settle, overlap and rate not below it");
        }
        if (order == Order.DESC && until == null) {
            throw new IllegalArgumentException(
                    "order desc needs until: newest first, a window without end is never read to its end");
        }
        if (pagination instanceof PaginationConfig.Window && until == null) {
            throw new IllegalArgumentException("pagination of type window needs until");
        }
    }

    /** How an API lists. */
    public enum Order {
        ASC,
        DESC
    }
}
