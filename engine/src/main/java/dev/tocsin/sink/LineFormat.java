package dev.tocsin.sink;

import dev.tocsin.event.Event;
import java.nio.charset.StandardCharsets;

/** Makes one line of an alert or event. The line has no line feed in it and none at its end, and it holds
 * the id, except the line for people and the original. */
interface LineFormat {
    /** @return UTF-8 */
    byte[] line(Event event);

    /** @param colour for {@link SinkFormat#TEXT} only */
    static LineFormat of(SinkFormat format, boolean colour) {
        return switch (format) {
            case JSON -> JsonLine::of;
            case TEXT -> {
                TextLine text = new TextLine(colour);
                yield event -> utf8(text.of(event));
            }
            case CEF -> event -> utf8(CefLine.of(new SinkRecord(event)));
            case LEEF -> event -> utf8(LeefLine.version2(new SinkRecord(event)));
            case LEEF1 -> event -> utf8(LeefLine.version1(new SinkRecord(event)));
            case KV -> event -> utf8(KeyValueLine.of(event));
            case ORIGINAL -> OriginalLine::of;
        };
    }

    private static byte[] utf8(String line) {
        return line.getBytes(StandardCharsets.UTF_8);
    }
}
