package dev.tocsin.source.api;

import dev.tocsin.source.ApiSourceConfig;
import dev.tocsin.source.api.ApiClient.Call;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** The requests of a source. Thread-safe. */
final class Requests {
    /** What APIs answer to a page beyond the last that they show. */
    private static final List<Integer> BEYOND = List.of(400, 422);

    private final ApiDefinition definition;
    private final URI base;
    private final Map<String, String> fixed;
    private final Map<String, Expressions.Expression> expressions = new TreeMap<>();
    private final int perPage;

    /**
     * A page of a window.
     *
     * @param parameters those of the request, for expressions
     * @param number from 1
     */
    record PageCall(Call call, Window window, Map<String, String> parameters, int number) {
    }

    Requests(ApiSourceConfig config, ApiDefinition definition) {
        this.definition = definition;
        base = base(config);
        fixed = new LinkedHashMap<>(definition.parameters());
        fixed.putAll(config.parameters());
        perPage = config.perPage() == null ? definition.perPage() : config.perPage();
        definition.expressions().forEach((name, text) -> expressions.put(name, Expressions.of(name, text)));
    }

    /** Without a slash at the end. */
    static URI base(ApiSourceConfig config) {
        return URI.create(config.url().replaceFirst("/+$", ""));
    }

    int perPage() {
        return perPage;
    }

    /** The coarsest of the units in which windows can be bounded. */
    Duration unit() {
        TimeParameter until = definition.until();
        Duration unit = definition.since().unit();
        return until != null && until.unit().compareTo(unit) > 0 ? until.unit() : unit;
    }

    /** A page that has a number or a place. */
    PageCall numbered(Window window, int number, String parameter, long value) {
        Map<String, String> parameters = parameters(window);
        parameters.put(parameter, Long.toString(value));
        return call(definition.path(), parameters, window, number);
    }

    /** The first page, or all of a window. */
    PageCall first(Window window) {
        return definition.pagination() instanceof PaginationConfig.Page page
                ? numbered(window, 1, page.parameter(), page.first())
                : call(definition.path(), parameters(window), window, 1);
    }

    /** The page that a page has named, by a word, parameters, or an address of which only path and query are used. */
    PageCall following(PageCall from, JsonNode next) throws BadPageException {
        int number = from.number + 1;
        if (next.isObject()) {
            Map<String, String> parameters = parameters(from.window);
            next.properties().forEach(e -> parameters.put(e.getKey(), e.getValue().asString()));
            return call(definition.path(), parameters, from.window, number);
        }
        if (definition.pagination() instanceof PaginationConfig.Cursor cursor) {
            Map<String, String> parameters = cursor.keep() ? parameters(from.window) : new LinkedHashMap<>();
            if (!cursor.keep() && !definition.perPageParameter().isEmpty()) {
                parameters.put(definition.perPageParameter(), Integer.toString(perPage));
            }
            parameters.put(cursor.parameter(), next.asString());
            return call(definition.path(), parameters, from.window, number);
        }
        try {
            // Java's resolve takes the last name off the path even where only the parameters change (RFC 3986, 5.2.2).
            String address = next.asString().strip();
            URI resolved = from.call.uri().resolve(address.startsWith("?")
                    ? from.call.uri().getRawPath() + address
                    : address);
            // Credentials go to the configured origin only, whatever an answer says.
            URI own = URI.create(base.getScheme() + "://" + base.getRawAuthority() + resolved.getRawPath()
                    + (resolved.getRawQuery() == null ? "" : "?" + resolved.getRawQuery()));
            return new PageCall(new Call(own, definition.headers(), what(number), BEYOND), from.window,
                    from.parameters, number);
        } catch (IllegalArgumentException e) {
            throw new BadPageException("the address of the next page cannot be read");
        }
    }

    private PageCall call(String path, Map<String, String> parameters, Window window, int number) {
        String query = parameters.entrySet().stream()
                .map(e -> encode(e.getKey()) + "=" + encode(e.getValue())).collect(Collectors.joining("&"));
        List<Integer> refusals = definition.pagination() instanceof PaginationConfig.Window w
                ? w.fullStatus()
                : number > 1 ? BEYOND : List.of();
        return new PageCall(
                new Call(URI.create(base + path + "?" + query), definition.headers(), what(number), refusals),
                window, parameters, number);
    }

    private String what(int number) {
        return definition.path() + ", page " + number;
    }

    private Map<String, String> parameters(Window window) {
        Map<String, String> parameters = new LinkedHashMap<>(fixed);
        expressions.forEach((name, expression) -> parameters.put(name, computed(name, expression, window)));
        TimeParameter since = definition.since();
        Instant from = Boolean.FALSE.equals(since.inclusive()) ? window.since().minus(since.unit()) : window.since();
        parameters.put(since.parameter(), since.write(from));
        TimeParameter until = definition.until();
        if (until != null) {
            parameters.put(until.parameter(), until.write(window.until()));
        }
        if (!definition.perPageParameter().isEmpty()
                && !(definition.pagination() instanceof PaginationConfig.Window)) {
            parameters.put(definition.perPageParameter(), Integer.toString(perPage));
        }
        parameters.putAll(window.filter());
        return parameters;
    }

    private static String computed(String name, Expressions.Expression expression, Window window) {
        try {
            JsonNode value = expression
                    .of(Map.of("since", window.since(), "until", window.until(), "now", window.until()));
            return value.isString() ? value.asString() : value.toString();
        } catch (BadPageException e) {
            throw new IllegalStateException("parameter " + name + ": " + e.getMessage(), e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
