package dev.tocsin.sink;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * IBM's Log Event Extended Format. 2.0: {@code LEEF:2.0|vendor|product|version|event|x5E|key=value^…}, where the sixth
 * field names the delimiter; 1.0 has no such field and always a tab.
 *
 * <p>LEEF has no escapes. So 2.0 takes for each record a delimiter that is not in it, and 1.0 makes tabs in values blanks.
 * In both, line ends become blanks, and a bar in the header becomes a slash. {@code tocsinId} is the id.
 */
final class LeefLine {
    /** {@link #TIME} as receivers understand it: Java's SimpleDateFormat. */
    private static final String TIME_FORMAT = "yyyy-MM-dd'T'HH:mm:ss.SSSZ";
    private static final DateTimeFormatter TIME = DateTimeFormatter
            .ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSxx", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final char TAB = '\t';
    private static final String DELIMITERS = "\t^~\u00a6\u00a7\u0001\u0002\u0003\u0004\u001c\u001d\u001e\u001f";
    private static final char PRIVATE_FIRST = '\uE000';
    private static final char PRIVATE_LAST = '\uF8FF';

    private LeefLine() {
    }

    static String version1(SinkRecord from) {
        return line("LEEF:1.0", from, "", TAB);
    }

    static String version2(SinkRecord from) {
        char delimiter = delimiter(String.join("", fields(from).values()));
        return line("LEEF:2.0", from, String.format("x%02X|", (int) delimiter), delimiter);
    }

    private static String line(String version, SinkRecord from, String delimiterField, char delimiter) {
        StringBuilder line = new StringBuilder(version);
        from.device().forEach(part -> header(line, part));
        header(line, from.signature());
        line.append('|').append(delimiterField);
        String separator = "";
        for (Map.Entry<String, String> field : fields(from).entrySet()) {
            String value = field.getValue().replace('\n', ' ').replace('\r', ' ').replace(delimiter, ' ');
            line.append(separator).append(field.getKey()).append('=').append(value);
            separator = String.valueOf(delimiter);
        }
        return line.toString();
    }

    private static void header(StringBuilder line, String part) {
        line.append('|').append(SinkRecord.flat(part).replace('|', '/'));
    }

    /** One that is not in the text; the tab, which {@link #line} then replaces, when somebody has put in all there are. */
    private static char delimiter(String text) {
        for (int i = 0; i < DELIMITERS.length(); i++) {
            if (text.indexOf(DELIMITERS.charAt(i)) < 0) {
                return DELIMITERS.charAt(i);
            }
        }
        for (char c = PRIVATE_FIRST; c <= PRIVATE_LAST; c++) {
            if (text.indexOf(c) < 0) {
                return c;
            }
        }
        return TAB;
    }

    private static Map<String, String> fields(SinkRecord from) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("devTime", TIME.format(from.event().time()));
        fields.put("devTimeFormat", TIME_FORMAT);
        fields.put("tocsinId", from.id());
        fields.put("cat", from.isAlert() ? "alert" : SinkRecord.first(from.text("event.category"), "event"));
        // 0 is not on LEEF's scale.
        fields.put("sev", Integer.toString(Math.max(1, from.severity().outOfTen())));
        fields.put("name", from.name());
        fields.put("src", from.text("source.ip"));
        fields.put("srcPort", from.text("source.port"));
        fields.put("dst", from.text("destination.ip"));
        fields.put("dstPort", from.text("destination.port"));
        fields.put("usrName", from.text("user.name"));
        fields.put("identHostName", from.text("host.name"));
        fields.put("resource", from.text("file.path"));
        fields.put("action", from.text("event.action"));
        fields.put("customer", from.event().customer());
        fields.put("source", from.event().source());
        fields.put("msg", from.message());
        if (from.isAlert()) {
            fields.put("policy", from.text("rule.title"));
            fields.put("tags", from.text("rule.tags"));
            fields.put("events", from.text("events"));
            fields.put("author", from.text("rule.author"));
        } else {
            fields.put("dataset", from.text("event.dataset"));
            fields.put("commandLine", from.text("process.command_line"));
        }
        fields.values().removeIf(String::isEmpty);
        return fields;
    }
}
