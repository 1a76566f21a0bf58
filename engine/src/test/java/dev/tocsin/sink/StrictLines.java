package dev.tocsin.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Readers written from the specifications alone, that take nothing but what those allow. */
final class StrictLines {
    private static final Pattern SYSLOG_HEADER = Pattern.compile(
            "<(0|[1-9]\\d{0,2})>1 (\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,6})?(?:Z|[+-]\\d\\d:\\d\\d))"
                    + " ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) ");

    private StrictLines() {
    }

    /** @param attributes in their order */
    record Line(List<String> header, Map<String, String> attributes) {
    }

    static Line cef(String line) {
        assertThat(line).startsWith("CEF:0|").doesNotContain("\n", "\r");
        List<String> header = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        int at = 6;
        while (header.size() < 6) {
            char c = line.charAt(at++);
            if (c == '|') {
                header.add(part.toString());
                part.setLength(0);
            } else if (c == '\\') {
                assertThat(line.charAt(at)).isIn('\\', '|');
                part.append(line.charAt(at++));
            } else {
                part.append(c);
            }
        }
        return new Line(header, cefExtension(line.substring(at)));
    }

    /** A value ends at the blank before the next key; {@code =} is bare behind keys only. */
    private static Map<String, String> cefExtension(String text) {
        Map<String, String> out = new LinkedHashMap<>();
        int keyStart = 0;
        while (keyStart < text.length()) {
            int equals = text.indexOf('=', keyStart);
            String key = text.substring(keyStart, equals);
            assertThat(key).matches("[A-Za-z0-9]+");
            int next = equals + 1;
            while (next < text.length() && text.charAt(next) != '=') {
                next += text.charAt(next) == '\\' ? 2 : 1;
            }
            boolean last = next >= text.length();
            int end = last ? text.length() : text.lastIndexOf(' ', next);
            assertThat(out.put(key, cefValue(text.substring(equals + 1, end)))).isNull();
            keyStart = last ? text.length() : end + 1;
        }
        return out;
    }

    static String cefValue(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                c = switch (text.charAt(++i)) {
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case '\\' -> '\\';
                    case '=' -> '=';
                    default -> throw new AssertionError("no such escape in " + text);
                };
            }
            out.append(c);
        }
        return out.toString();
    }

    static Line leef(String line) {
        assertThat(line).doesNotContain("\n", "\r");
        boolean two = line.startsWith("LEEF:2.0|");
        assertThat(two || line.startsWith("LEEF:1.0|")).isTrue();
        String[] parts = line.split("\\|", two ? 7 : 6);
        String delimiter = "\t";
        if (two) {
            assertThat(parts[5]).matches("x[0-9A-F]{2,4}");
            delimiter = String.valueOf((char) Integer.parseInt(parts[5].substring(1), 16));
        }
        Map<String, String> out = new LinkedHashMap<>();
        for (String attribute : parts[parts.length - 1].split(Pattern.quote(delimiter), -1)) {
            int equals = attribute.indexOf('=');
            assertThat(equals).isPositive();
            assertThat(attribute.substring(0, equals)).matches("[A-Za-z0-9]+");
            assertThat(out.put(attribute.substring(0, equals), attribute.substring(equals + 1))).isNull();
        }
        return new Line(Arrays.asList(parts).subList(1, 5), out);
    }

    static Map<String, String> keyValue(String line) {
        assertThat(line).doesNotContain("\n", "\r");
        Map<String, String> out = new LinkedHashMap<>();
        int at = 0;
        while (at < line.length()) {
            int equals = line.indexOf("=\"", at);
            String key = line.substring(at, equals);
            assertThat(key).matches("[A-Za-z0-9._@-]+");
            StringBuilder value = new StringBuilder();
            at = equals + 2;
            while (line.charAt(at) != '"') {
                char c = line.charAt(at++);
                if (c == '\\') {
                    c = switch (line.charAt(at++)) {
                        case 'n' -> '\n';
                        case 'r' -> '\r';
                        case '"' -> '"';
                        case '\\' -> '\\';
                        default -> throw new AssertionError("no such escape in " + line);
                    };
                }
                value.append(c);
            }
            assertThat(out.put(key, value.toString())).isNull();
            at++;
            assertThat(at == line.length() || line.charAt(at++) == ' ').isTrue();
        }
        return out;
    }

    /** RFC 5424 section 6, of one element of structured data. */
    record Syslog(int priority, String time, String host, String app, String messageId, String element,
            Map<String, String> parameters, byte[] message) {
        /** Section 6.4: either UTF-8 behind its mark, or, here, ASCII. */
        String text() {
            if (message.length >= 3 && message[0] == (byte) 0xEF && message[1] == (byte) 0xBB
                    && message[2] == (byte) 0xBF) {
                return utf8(Arrays.copyOfRange(message, 3, message.length));
            }
            String text = utf8(message);
            assertThat(text.chars().allMatch(c -> c < 128)).isTrue();
            return text;
        }
    }

    static Syslog syslog(byte[] bytes) {
        // One char for each byte, so that places in the text are places in the bytes.
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        Matcher header = SYSLOG_HEADER.matcher(text);
        assertThat(header.lookingAt()).as(text).isTrue();
        assertThat(Integer.parseInt(header.group(1))).isLessThanOrEqualTo(191);
        int at = header.end();
        assertThat(text.charAt(at++)).isEqualTo('[');
        int end = at;
        while (text.charAt(end) != ' ') {
            end++;
        }
        String element = text.substring(at, end);
        assertThat(element).matches("[!-~&&[^=\"\\]]]{1,32}");
        Map<String, String> parameters = new LinkedHashMap<>();
        at = end;
        while (text.charAt(at) == ' ') {
            int equals = text.indexOf("=\"", at);
            StringBuilder value = new StringBuilder();
            String name = text.substring(at + 1, equals);
            at = equals + 2;
            while (text.charAt(at) != '"') {
                assertThat(text.charAt(at)).isNotEqualTo(']');
                if (text.charAt(at) == '\\' && "\\\"]".indexOf(text.charAt(at + 1)) >= 0) {
                    at++;
                }
                value.append(text.charAt(at++));
            }
            at++;
            parameters.put(name, utf8(value.toString().getBytes(StandardCharsets.ISO_8859_1)));
        }
        assertThat(text.substring(at, at + 2)).isEqualTo("] ");
        return new Syslog(Integer.parseInt(header.group(1)), header.group(2), header.group(3), header.group(4),
                header.group(6), element, parameters, Arrays.copyOfRange(bytes, at + 2, bytes.length));
    }

    static String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new AssertionError(e);
        }
    }
}
