package dev.tocsin.health;

import dev.tocsin.event.Json;
import dev.tocsin.health.Checks.Outcome;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The outcomes of all checks at one time, rolled up: a channel is as well as its worst check, the platform as its worst
 * channel.
 *
 * <p>Two documents say the same: Punch's shape (code 0 unknown, 1 green, 2 yellow, 3 red; alert_messages), and
 * {@code application/health+json} (draft-inadarei-api-health-check-06: pass, warn, fail).
 */
public record Health(Instant time, List<Outcome> outcomes) {
    public Health {
        outcomes = List.copyOf(outcomes);
    }

    /** The worst; not knowing is worse than green and better than trouble. Nothing at all is unknown. */
    public static Level worst(Collection<Level> levels) {
        for (Level level : List.of(Level.RED, Level.YELLOW, Level.UNKNOWN, Level.GREEN)) {
            if (levels.contains(level)) {
                return level;
            }
        }
        return Level.UNKNOWN;
    }

    public Level level() {
        return worst(outcomes.stream().map(Outcome::level).toList());
    }

    /** The checks of one channel only; empty when there is no such channel. */
    public Health channel(String channel) {
        return new Health(time, outcomes.stream().filter(o -> o.channel().equals(channel)).toList());
    }

    public Map<String, Health> channels() {
        Map<String, Health> channels = new TreeMap<>();
        outcomes.forEach(o -> channels.computeIfAbsent(o.channel(), this::channel));
        return channels;
    }

    /** {@code {"code":1,"level":"green","status":…,"time":…,"channels":{…},"alert_messages":[…]}}. */
    public ObjectNode document() {
        ObjectNode document = summary();
        ObjectNode channels = document.putObject("channels");
        channels().forEach((name, health) -> channels.set(name, health.channelDocument()));
        return document;
    }

    /** The document of one channel: as {@link #document}, with {@code checks} in the place of {@code channels}. */
    public ObjectNode channelDocument() {
        ObjectNode document = summary();
        ObjectNode checks = document.putObject("checks");
        outcomes.forEach(o -> checks.putObject(o.name()).put("code", o.level().code()).put("level", word(o.level()))
                .put("message", o.message()));
        return document;
    }

    /** The same as {@code application/health+json}. */
    public ObjectNode healthJson() {
        ObjectNode document = Json.object().put("status", passWarnFail(level())).put("description", status());
        ObjectNode checks = document.putObject("checks");
        outcomes.forEach(o -> {
            ObjectNode check = checks.putArray(o.channel() + ":" + o.name()).addObject();
            check.put("status", passWarnFail(o.level())).put("observedValue", word(o.level()));
            check.put("time", time.toString());
            if (!o.message().isEmpty()) {
                check.put("output", o.message());
            }
        });
        return document;
    }

    private ObjectNode summary() {
        ObjectNode document = Json.object().put("code", level().code()).put("level", word(level()))
                .put("status", status()).put("time", time.toString());
        ArrayNode messages = document.putArray("alert_messages");
        outcomes.stream().filter(o -> o.level() != Level.GREEN)
                .forEach(o -> messages.add(o.channel() + "/" + o.name() + ": " + o.message()));
        return document;
    }

    /** One sentence for people. */
    public String status() {
        long green = outcomes.stream().filter(o -> o.level() == Level.GREEN).count();
        if (outcomes.isEmpty()) {
            return "nothing is checked";
        }
        if (green == outcomes.size()) {
            return outcomes.size() == 1 ? "the one check is green" : "all " + green + " checks are green";
        }
        long troubled = outcomes.size() - green;
        return troubled + " of " + outcomes.size() + " checks " + (troubled == 1 ? "is" : "are") + " not green";
    }

    private static String passWarnFail(Level level) {
        return switch (level) {
            case GREEN -> "pass";
            case YELLOW, UNKNOWN -> "warn";
            case RED -> "fail";
        };
    }

    private static String word(Level level) {
        return level.name().toLowerCase(Locale.ROOT);
    }
}
