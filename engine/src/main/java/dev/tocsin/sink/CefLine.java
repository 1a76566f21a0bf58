package dev.tocsin.sink;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * ArcSight's Common Event Format, revision 25: {@code CEF:0|vendor|product|version|class|name|severity|key=value …}. In
 * the header {@code \} and {@code |} are escaped and line ends become blanks; in the extension {@code \}, {@code =} and
 * line ends are escaped. A field that is empty is left out.
 *
 * <p>{@code externalId} is the id. An address that is none goes to {@code shost} or {@code dhost}, since receivers refuse
 * a whole record for one bad address.
 */
final class CefLine {
    private final Map<String, String> extension = new LinkedHashMap<>();
    private final SinkRecord from;

    private CefLine(SinkRecord from) {
        this.from = from;
    }

    static String of(SinkRecord from) {
        CefLine cef = new CefLine(from);
        cef.fields();
        if (from.isAlert()) {
            cef.alert();
        } else {
            cef.event();
        }
        StringBuilder line = new StringBuilder("CEF:0");
        from.device().forEach(part -> header(line.append('|'), part));
        header(line.append('|'), from.signature());
        header(line.append('|'), from.name());
        line.append('|').append(from.severity().outOfTen()).append('|');
        String separator = "";
        for (Map.Entry<String, String> field : cef.extension.entrySet()) {
            value(line.append(separator).append(field.getKey()).append('='), field.getValue());
            separator = " ";
        }
        return line.toString();
    }

    private void fields() {
        put("rt", Long.toString(from.event().time().toEpochMilli()));
        put("externalId", from.id());
        address("source", "src", "shost", 2, "Source IPv6 Address");
        port("spt", from.text("source.port"));
        address("destination", "dst", "dhost", 3, "Destination IPv6 Address");
        port("dpt", from.text("destination.port"));
        String host = from.text("host.name");
        put(extension.containsKey("dhost") ? "dvchost" : "dhost", host);
        put("suser", from.text("user.name"));
        put("duser", SinkRecord.first(from.text("user.target.name"), from.text("destination.user.name")));
        put("sproc", from.text("process.name"));
        put("fname", from.text("file.name"));
        put("filePath", from.text("file.path"));
        put("request", from.text("url.full"));
        put("act", from.text("event.action"));
        put("outcome", from.text("event.outcome"));
        put("msg", from.message());
    }

    private void alert() {
        custom(1, "rule", from.text("rule.title"));
        custom(2, "customer", from.event().customer());
        custom(3, "source", from.event().source());
        custom(4, "tags", from.text("rule.tags"));
        custom(5, "events", from.text("events"));
        // The licence of the public rules asks that who wrote a rule is named with what it finds.
        custom(6, "author", from.text("rule.author"));
    }

    private void event() {
        custom(1, "dataset", from.text("event.dataset"));
        custom(2, "customer", from.event().customer());
        custom(3, "source", from.event().source());
        custom(4, "category", from.text("event.category"));
        custom(5, "commandLine", from.text("process.command_line"));
        custom(6, "code", from.text("event.code"));
    }

    private void custom(int number, String label, String value) {
        if (!value.isEmpty()) {
            put("cs" + number, value);
            put("cs" + number + "Label", label);
        }
    }

    private void address(String side, String key, String hostKey, int number, String label) {
        String text = from.text(side + ".ip");
        InetAddress address = literal(text);
        if (address instanceof Inet6Address) {
            put("c6a" + number, address.getHostAddress());
            put("c6a" + number + "Label", label);
        } else if (address != null) {
            put(key, text);
        }
        put(hostKey, SinkRecord.first(from.text(side + ".domain"), address == null ? text : ""));
    }

    private static @Nullable InetAddress literal(String text) {
        try {
            // A zone, as in fe80::1%eth0, means nothing elsewhere, and 1.2 would be taken for 1.0.0.2.
            return text.matches("\\d+\\.\\d+\\.\\d+\\.\\d+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")
                    ? InetAddress.ofLiteral(text)
                    : null;
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private void port(String key, String text) {
        if (text.matches("\\d{1,5}") && Integer.parseInt(text) <= 65_535) {
            put(key, text);
        }
    }

    private void put(String key, String value) {
        if (!value.isEmpty()) {
            extension.put(key, value);
        }
    }

    private static void header(StringBuilder to, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\', '|' -> to.append('\\').append(c);
                case '\n', '\r' -> to.append(' ');
                default -> to.append(c);
            }
        }
    }

    private static void value(StringBuilder to, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\', '=' -> to.append('\\').append(c);
                case '\n' -> to.append("\\n");
                case '\r' -> to.append("\\r");
                default -> to.append(c);
            }
        }
    }
}
