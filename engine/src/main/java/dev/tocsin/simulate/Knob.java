package dev.tocsin.simulate;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Everything that can be turned, by an option at the start and by {@code POST /admin/knobs} while it runs. */
public enum Knob {
    RATE(Kind.NUMBER, "10", "Events a second."),
    EVENTS_MAX(Kind.COUNT, "0", "No more events than these in all; 0 is no limit."),
    BURST_EVERY(Kind.DURATION, "0", "So often comes a burst; 0 is never."),
    BURST_SIZE(Kind.COUNT, "0", "Events in a burst, all of the same instant."),
    VISIBLE_MIN(Kind.DURATION, "0", "An event is visible at the earliest so long after its created_at."),
    VISIBLE_MAX(Kind.DURATION, "0", "The same, at the latest."),
    LATE(Kind.CHANCE, "0", "Share of events that are inserted late, into pages that were read already."),
    LATE_MIN(Kind.DURATION, "1s", "How late they are at least."),
    LATE_MAX(Kind.DURATION, "10s", "How late they are at most."),
    FRACTION_DIGITS(List.of("3", "0", "6"), "Digits of the seconds' fraction in created_at."),

    SORT(List.of("asc", "desc"), "Order of pages when sort_by does not say."),
    UNTIL_INCLUSIVE(Kind.FLAG, "false", "Whether an event of the instant `until` is in the window."),
    RETENTION(Kind.DURATION, "90d", "Older events are not to be had any more."),
    PER_PAGE(Kind.COUNT, "10", "Events on a page when the request does not say."),
    PER_PAGE_MAX(Kind.COUNT, "500", "Events on a page at most."),
    PER_PAGE_CLAMP(Kind.FLAG, "true", "Whether a greater per_page is cut down silently; else it is answered by 422."),
    PAGES_MAX(Kind.COUNT, "50",
            "Pages that can be had of one window: the last has no next, one more is a 422; 0 is no limit."),
    WINDOW_MAX(Kind.COUNT, "10000", "Events in one answer of /v1/window; a fuller window is answered by 422."),

    TOKEN_LIFE(Kind.DURATION, "15m", "So long a token is good."),
    TOKEN_USES(Kind.COUNT, "0", "After so many requests a token is dead, whatever its age; 0 is no limit."),

    RATE_LIMITED(Kind.CHANCE, "0", "Share of requests answered by 429."),
    REQUESTS_RATE(Kind.NUMBER, "0",
            "Requests a second that the key may make; one more is answered by 429, which is true about when to come; 0 is no limit."),
    REQUESTS_BURST(Kind.COUNT, "10", "With requests_rate: so many may come at once after a while without any."),
    RETRY_AFTER(List.of("seconds", "none", "fraction", "date", "reset", "mixed"),
            "What a 429 says about when to come again; reset is X-RateLimit-Reset, mixed is any."),
    RETRY_WAIT(Kind.DURATION, "1s", "When to come again."),
    SERVER_ERROR(Kind.CHANCE, "0", "Share of requests answered by 500, 502, 503 or 504."),
    FORBIDDEN(Kind.CHANCE, "0", "Share of requests answered by 403."),
    TIMEOUT(Kind.CHANCE, "0", "Share of requests that are held and then answered by 504."),
    HOLD(Kind.DURATION, "60s", "How long they are held."),
    TRUNCATED(Kind.CHANCE, "0", "Share of pages whose JSON ends in the middle, with a Content-Length that fits."),
    CUT_OFF(Kind.CHANCE, "0", "Share of pages whose connection ends in the middle of the body."),
    REPEATED(Kind.CHANCE, "0", "Share of pages that begin with the event before them once more."),
    NEXT_MISSING(Kind.CHANCE, "0", "Share of pages that say nothing of the page after them."),
    NEXT_LOOPS(Kind.CHANCE, "0", "Share of pages that name themselves as the next."),
    LATENCY_MIN(Kind.DURATION, "0", "An answer takes at least so long, of real time."),
    LATENCY_MAX(Kind.DURATION, "0", "An answer takes at most so long."),
    CLOCK_SKEW(Kind.SIGNED_DURATION, "0", "How far the server's Date header is ahead; -5s is behind.");

    private final Kind kind;
    private final List<String> words;
    private final String usual;
    private final String meaning;

    /** What its value looks like. */
    public enum Kind {
        NUMBER,
        COUNT,
        CHANCE,
        DURATION,
        SIGNED_DURATION,
        FLAG,
        WORD
    }

    Knob(Kind kind, String usual, String meaning) {
        this.kind = kind;
        this.words = List.of();
        this.usual = usual;
        this.meaning = meaning;
    }

    /** @param words the first is the usual one */
    Knob(List<String> words, String meaning) {
        this.kind = Kind.WORD;
        this.words = words;
        this.usual = words.getFirst();
        this.meaning = meaning;
    }

    /** As written in JSON, {@code burst_size}; as an option it has dashes. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public String option() {
        return "--" + label().replace('_', '-');
    }

    static Optional<Knob> of(String label) {
        return Arrays.stream(values()).filter(k -> k.label().equals(label)).findFirst();
    }

    public Kind kind() {
        return kind;
    }

    /** What may be said, when it is a word; else empty. */
    public List<String> words() {
        return words;
    }

    public String usual() {
        return usual;
    }

    public String meaning() {
        return meaning;
    }

    /** Whether it says which events there are; it then holds for what is made from now on. The others only say how they are told. */
    boolean isMaking() {
        return compareTo(FRACTION_DIGITS) <= 0 && this != EVENTS_MAX;
    }
}
