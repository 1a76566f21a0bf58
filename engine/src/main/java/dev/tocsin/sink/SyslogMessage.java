package dev.tocsin.sink;

import dev.tocsin.event.Event;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/**
 * Makes syslog messages. RFC 5424: {@code <PRI>1 TIME HOST tocsin - alert [tocsin@32473 id="…" customer="…"] TEXT}, with a
 * byte order mark before a text that is not ASCII (section 6.4). RFC 3164: {@code <PRI>Mmm dd hh:mm:ss HOST tocsin: TEXT}
 * in UTC. The time is the event's, the host is the node that sends.
 *
 * <p>32473 is the enterprise number that RFC 5612 sets aside for such uses.
 */
final class SyslogMessage {
    static final int DATAGRAM_MAX = 64_000;
    private static final DateTimeFormatter TIME_5424 = DateTimeFormatter
            .ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter TIME_3164 = DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final int HOST_MAX = 255;

    private final SyslogStyle style;
    private final String host;
    private final LineFormat format;
    private final LongAdder cut;

    /**
     * @param node the sender's name
     * @param cut is told of each message that was longer than allowed
     */
    SyslogMessage(SyslogStyle style, String node, LongAdder cut) {
        this.style = style;
        // Section 6.2.4: printable ASCII without blanks, or a dash.
        String name = node.replaceAll("[^!-~]", "_");
        this.host = name.isEmpty() ? "-" : name.substring(0, Math.min(HOST_MAX, name.length()));
        this.format = LineFormat.of(style.format(), false);
        this.cut = cut;
    }

    /** Without what tells it apart from the next one. */
    byte[] of(Event event) {
        return shortened(message(event));
    }

    private byte[] message(Event event) {
        SinkRecord from = new SinkRecord(event);
        byte[] text = format.line(event);
        int priority = style.facility().ordinal() * 8 + from.severity().syslog();
        ByteArrayOutputStream message = new ByteArrayOutputStream(text.length + 256);
        if (style.rfc() == 5424) {
            message.writeBytes(utf8("<" + priority + ">1 " + TIME_5424.format(event.time()) + " " + host + " tocsin - "
                    + (from.isAlert() ? "alert" : "event") + " [tocsin@32473 id=\"" + event.id() + "\" customer=\""
                    + escaped(event.customer()) + "\"] "));
            if (!isAscii(text)) {
                message.writeBytes(BYTE_ORDER_MARK);
            }
        } else {
            message.writeBytes(ascii("<" + priority + ">" + TIME_3164.format(event.time()) + " " + host + " tocsin: "));
        }
        message.writeBytes(text);
        return message.toByteArray();
    }

    /** Section 6.3.3; a line end is allowed there, but not in a message that ends with one. */
    private static String escaped(String value) {
        return SinkRecord.flat(value).replace("\\", "\\\\").replace("\"", "\\\"").replace("]", "\\]");
    }

    private byte[] shortened(byte[] message) {
        if (message.length <= style.lengthMax()) {
            return message;
        }
        cut.increment();
        int end = style.lengthMax();
        // Not within a character: UTF-8's following bytes begin with 10.
        while ((message[end] & 0xC0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(message, end);
    }

    private static boolean isAscii(byte[] text) {
        for (byte b : text) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
