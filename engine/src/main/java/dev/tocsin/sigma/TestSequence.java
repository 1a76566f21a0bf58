package dev.tocsin.sigma;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Events with times, and the alerts that the correlations of a file must raise on them: all of them and no other.
 *
 * @param name as the file gives it, or {@code sequence n}
 * @param events in the file's order, which is the order in which they arrive
 * @param alerts in any order
 */
record TestSequence(String name, int line, List<Timed> events, List<Wanted> alerts) {
    /** The time that {@code 0s} means; any would do, but results must be the same each time. */
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Pattern OFFSET = Pattern.compile("\\+?(\\d{1,9})(ms|s|m|h|d)?");

    TestSequence {
        events = List.copyOf(events);
        alerts = List.copyOf(alerts);
    }

    /** An event and when it happened. */
    record Timed(Instant time, TestedEvent event) {
    }

    /**
     * An alert that must come. What is null or empty is not compared.
     *
     * @param rule id, name or title of the correlation
     * @param group values of the group's fields that must be so
     * @param time of the alert
     */
    record Wanted(int line, @Nullable String rule, Map<String, String> group, @Nullable String count,
            @Nullable Instant time) {
        @Override
        public String toString() {
            List<String> parts = new ArrayList<>();
            if (rule != null) {
                parts.add("rule " + rule);
            }
            group.forEach((field, value) -> parts.add(field + "=" + value));
            if (count != null) {
                parts.add("count " + count);
            }
            if (time != null) {
                parts.add("at " + time);
            }
            return parts.isEmpty() ? "an alert" : "an alert of " + String.join(", ", parts);
        }
    }

    static List<TestSequence> read(YamlNode.Sequence list, List<SigmaProblem> problems) {
        List<TestSequence> read = new ArrayList<>();
        for (int i = 0; i < list.items().size(); i++) {
            try {
                read.add(sequence(list.items().get(i), i + 1));
            } catch (RuleRefused e) {
                problems.add(e.problem());
            }
        }
        return read;
    }

    private static TestSequence sequence(YamlNode node, int number) {
        YamlNode.Mapping root = mapping(node, List.of("name", "events", "alerts"), "a sequence");
        List<Timed> events = new ArrayList<>();
        for (YamlNode event : items(root, "events")) {
            events.add(timed(event));
        }
        List<Wanted> alerts = new ArrayList<>();
        for (YamlNode alert : items(root, "alerts")) {
            alerts.add(wanted(alert));
        }
        String name = root.text("name");
        return new TestSequence(name == null ? "sequence " + number : name, node.place().line(), events, alerts);
    }

    /** The event is what stands beside {@code time}, or under {@code event} when it has a time field of its own. */
    private static Timed timed(YamlNode node) {
        if (!(node instanceof YamlNode.Mapping event) || event.text("time") == null) {
            throw node.place().refuse("S140", "an event of a sequence is a mapping with a time",
                    "write - {time: 10s, User: alice}");
        }
        Instant time = time(event, "time");
        YamlNode fields = event.get("event") instanceof YamlNode.Mapping inner
                ? inner
                : new YamlNode.Mapping(event.entries().stream().filter(e -> !e.key().equals("time")).toList(),
                        event.place());
        return new Timed(time, TestedEvent.of(YamlJson.of(fields)));
    }

    private static Wanted wanted(YamlNode node) {
        YamlNode.Mapping alert = mapping(node, List.of("rule", "group", "count", "time"), "an alert");
        Map<String, String> group = new LinkedHashMap<>();
        if (alert.get("group") instanceof YamlNode.Mapping fields) {
            for (YamlNode.Entry field : fields.entries()) {
                if (field.value() instanceof YamlNode.Scalar value) {
                    group.put(field.key(), value.text());
                }
            }
        }
        return new Wanted(node.place().line(), alert.text("rule"), group, alert.text("count"),
                alert.text("time") == null ? null : time(alert, "time"));
    }

    private static YamlNode.Mapping mapping(YamlNode node, List<String> keys, String what) {
        if (!(node instanceof YamlNode.Mapping mapping)) {
            throw node.place().refuse("S140", what + " is a mapping, not " + node.kindName(), "");
        }
        for (YamlNode.Entry entry : mapping.entries()) {
            if (!keys.contains(entry.key())) {
                throw entry.keyPlace().refuse("S140", "\"" + entry.key() + "\" is not a key of " + what,
                        Suggestion.hint(entry.key(), keys, "known are " + String.join(", ", keys)));
            }
        }
        return mapping;
    }

    private static List<YamlNode> items(YamlNode.Mapping root, String key) {
        return switch (root.get(key)) {
            case YamlNode.Sequence list -> list.items();
            case null -> throw root.place().refuse("S140", "a sequence needs " + key,
                    key.equals("alerts") ? "alerts: [] says that none may come" : "");
            case YamlNode other -> throw other.place().refuse("S140", "\"" + key + "\" is a list", "");
        };
    }

    /** {@code 10s}, {@code 5m} after the start, or a time of day and date; without a zone it is UTC. */
    private static Instant time(YamlNode.Mapping mapping, String key) {
        String text = String.valueOf(mapping.text(key)).strip();
        Matcher offset = OFFSET.matcher(text);
        if (offset.matches()) {
            long amount = Long.parseLong(offset.group(1));
            return START.plus(switch (offset.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                case "d" -> Duration.ofDays(amount);
                case null, default -> Duration.ofSeconds(amount);
            });
        }
        String iso = text.replaceFirst("^(\\S{10}) ", "$1T");
        try {
            return iso.matches(".*([zZ]|[+-]\\d\\d:?\\d\\d)")
                    ? java.time.OffsetDateTime.parse(iso).toInstant()
                    : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException _) {
            YamlNode node = mapping.get(key);
            throw (node == null ? mapping : node).place().refuse("S140", "\"" + text + "\" is not a time",
                    "write an offset such as 10s or 5m, or 2026-01-31T12:00:00Z");
        }
    }
}
