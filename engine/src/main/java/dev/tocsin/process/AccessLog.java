package dev.tocsin.process;

import dev.tocsin.event.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The common and combined log formats of Apache httpd and nginx, with an optional virtual host in front and further
 * fields behind, to the W3C names that Sigma's web rules use. In those rules {@code cs-uri-query} is the path with the
 * query, so it is here. Absent values stay {@code -}, as in the log.
 */
final class AccessLog {
    private final String text;
    private int at;

    private AccessLog(String text) {
        this.text = text;
    }

    /** @return null when the text is no access log line */
    static @Nullable Parsed parse(String text, Instant arrival) {
        int open = text.indexOf(" [");
        if (open < 0 || open > 512 || open + 30 > text.length()) {
            return null;
        }
        TimeReader reader = new TimeReader(text, open + 2);
        Instant time = reader.read(arrival);
        if (time == null || !text.startsWith("] \"", reader.position())) {
            return null;
        }
        String[] before = text.substring(0, open).split(" ", -1);
        if (before.length < 3 || before.length > 4) {
            return null;
        }
        ObjectNode fields = Json.object();
        int client = before.length - 3;
        if (client == 1) {
            fields.put("cs-host", before[0]);
        }
        fields.put("c-ip", before[client]);
        fields.put("cs-username", before[client + 2]);
        AccessLog rest = new AccessLog(text);
        rest.at = reader.position() + 2;
        return rest.request(fields) && rest.status(fields) ? Parsed.of(Format.ACCESS, fields, time) : null;
    }

    private boolean request(ObjectNode fields) {
        String request = quoted();
        if (request == null) {
            return false;
        }
        int method = request.indexOf(' ');
        int version = request.lastIndexOf(" HTTP/");
        if (method > 0) {
            String target = request.substring(method + 1, version > method ? version : request.length());
            int query = target.indexOf('?');
            fields.put("cs-method", request.substring(0, method));
            fields.put("cs-uri", target);
            fields.put("cs-uri-query", target);
            fields.put("cs-uri-stem", query < 0 ? target : target.substring(0, query));
            if (version > method) {
                fields.put("cs-version", request.substring(version + 1));
            }
        } else {
            // Scanners send what is no HTTP; the line is a good one and the attack is worth seeing.
            fields.put("cs-uri", request);
            fields.put("cs-uri-query", request);
        }
        return true;
    }

    private boolean status(ObjectNode fields) {
        String status = word();
        String bytes = word();
        if (status.length() != 3 || !Timestamps.digits(status)) {
            return false;
        }
        fields.put("sc-status", Integer.parseInt(status));
        if (Timestamps.digits(bytes) && bytes.length() < 19) {
            fields.put("sc-bytes", Long.parseLong(bytes));
        }
        String referer = quoted();
        String agent = quoted();
        if (referer != null) {
            fields.put("cs-referer", referer);
        }
        if (agent != null) {
            fields.put("cs-user-agent", agent);
            fields.put("c-useragent", agent);
        }
        return true;
    }

    private String word() {
        skipBlank();
        int from = at;
        while (at < text.length() && text.charAt(at) > ' ') {
            at++;
        }
        return text.substring(from, at);
    }

    /** Only quotes and backslashes are unescaped: {@code \x16} and the like are how the server shows bytes, and rules look for them. */
    private @Nullable String quoted() {
        skipBlank();
        if (at >= text.length() || text.charAt(at) != '"') {
            return null;
        }
        StringBuilder value = new StringBuilder();
        for (int i = at + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                at = i + 1;
                return value.toString();
            }
            if (c == '\\' && i + 1 < text.length() && (text.charAt(i + 1) == '"' || text.charAt(i + 1) == '\\')) {
                c = text.charAt(++i);
            }
            value.append(c);
        }
        return null;
    }

    private void skipBlank() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }
}
