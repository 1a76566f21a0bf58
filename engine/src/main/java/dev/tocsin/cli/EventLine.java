package dev.tocsin.cli;

import tools.jackson.databind.JsonNode;

/** What a person wants to see of an event or alert in one line. */
record EventLine(String time, String kind, String host, String user, String text) {
    static EventLine of(JsonNode document, String kind) {
        String time = first(document, "@timestamp", "time");
        String title = first(document, "rule.title", "rule.name");
        if (!title.isEmpty() && kind.equals("alert")) {
            String summary = first(document, "summary");
            String level = first(document, "rule.level");
            return new EventLine(time, kind, first(document, "host.name", "group"), first(document, "user.name"),
                    (level.isEmpty() ? "" : level + ": ") + title + (summary.isEmpty() ? "" : " | " + summary));
        }
        return new EventLine(time, kind, first(document, "host.name", "host.hostname", "log.syslog.hostname",
                "source.ip", "tocsin.source"), first(document, "user.name", "source.user.name", "user.id"),
                first(document, "message", "event.original", "event.action"));
    }

    /** {@code alert} when it has what only alerts have. */
    static String kindOf(JsonNode document) {
        return document.path("rule").isObject() && document.path("events").isArray() ? "alert" : "event";
    }

    /** The first of the fields that is there; a field's name may be written nested or with dots. */
    private static String first(JsonNode document, String... fields) {
        for (String field : fields) {
            JsonNode value = document.path(field);
            if (value.isMissingNode()) {
                value = document;
                for (String part : field.split("\\.")) {
                    value = value.path(part);
                }
            }
            value = value.isArray() ? value.path(0) : value;
            if (value.isValueNode() && !value.isNull() && !value.asString().isEmpty()) {
                return value.asString();
            }
        }
        return "";
    }
}
