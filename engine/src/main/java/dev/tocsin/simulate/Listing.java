package dev.tocsin.simulate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one request asks to be listed: visible events of a window, in an order.
 *
 * @param since microseconds, inclusive
 * @param until microseconds, exclusive
 * @param types empty is all
 */
record Listing(long since, long until, Set<String> types, boolean descending) {

    /**
     * @param from the name of the parameter {@code since}
     * @param to the name of the parameter {@code until}
     */
    static Listing of(Map<String, String> parameters, String from, String to, long now, Knobs knobs) {
        long asked = Parameters.time(parameters, from, Long.MIN_VALUE);
        long until = Parameters.time(parameters, to, Long.MAX_VALUE);
        if (asked > until) {
            throw RefusedException.invalid(from + " is later than " + to);
        }
        if (until != Long.MAX_VALUE && knobs.flag(Knob.UNTIL_INCLUSIVE)) {
            until++;
        }
        String typeList = parameters.getOrDefault("type", "");
        Set<String> types = typeList.isEmpty() ? Set.of() : Set.copyOf(List.of(typeList.split(",", -1)));
        for (String type : types) {
            if (!EventMaker.isType(type)) {
                throw RefusedException.invalid("no such type of event: " + type);
            }
        }
        String sort = parameters.getOrDefault("sort_by", "");
        if (!sort.isEmpty() && !sort.equals("created_at.asc") && !sort.equals("created_at.desc")) {
            throw RefusedException.invalid("sort_by is created_at.asc or created_at.desc");
        }
        boolean descending = sort.isEmpty() ? knobs.word(Knob.SORT).equals("desc") : sort.endsWith("desc");
        return new Listing(Math.max(asked, now - knobs.micros(Knob.RETENTION)), until, types, descending);
    }

    /** A part of it, and how much there is in all. */
    record Slice(long total, List<Long> numbers) {
    }

    /** @param offset of the first that is wanted, in the order of the listing */
    Slice slice(Timeline timeline, EventMaker maker, long offset, long limit) {
        synchronized (timeline) {
            return slice(timeline, maker, timeline.span(since, until), offset, limit);
        }
    }

    /** Those that follow after event {@code number}, which is in it. The total is of what is left. */
    Slice after(Timeline timeline, EventMaker maker, long number, long limit) {
        synchronized (timeline) {
            Timeline.Span all = timeline.span(since, until);
            Timeline.Span left = descending
                    ? new Timeline.Span(all.from(), Math.clamp(number, all.from(), all.to()))
                    : new Timeline.Span(Math.clamp(number + 1, all.from(), all.to()), all.to());
            return slice(timeline, maker, left, 0, limit);
        }
    }

    private Slice slice(Timeline timeline, EventMaker maker, Timeline.Span span, long offset, long limit) {
        List<Long> wanted = types.isEmpty()
                ? List.of()
                : timeline.filter(span, n -> types.contains(maker.type(n)));
        long total = types.isEmpty() ? timeline.count(span) : wanted.size();
        long end = descending ? Math.max(0, total - offset) : Math.min(total, offset + limit);
        long begin = descending ? Math.max(0, end - limit) : Math.min(offset, end);
        List<Long> numbers = new ArrayList<>(types.isEmpty()
                ? timeline.pick(span, begin, end - begin)
                : wanted.subList((int) begin, (int) end));
        if (descending) {
            Collections.reverse(numbers);
        }
        return new Slice(total, numbers);
    }
}
