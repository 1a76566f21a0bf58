package dev.tocsin.process;

import dev.tocsin.event.Json;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * One record of the Linux audit system, {@code type=EXECVE msg=audit(1604994496.155:92734): a0="ls"}, as auditd writes it
 * to its file, as audisp sends it, or as the kernel logs it ({@code audit: type=1309 audit(…): …}).
 *
 * <p>What a user can influence is written as upper-case hexadecimal when it holds blanks or quotes; such values are
 * decoded. The pairs of a {@code msg='…'} and those behind the group separator 0x1d (auditd's interpretations, in
 * upper-case names) become fields beside the others.
 */
final class Auditd {
    private static final char ENRICHED = '\u001d';
    private static final String HINT = "send whole records of auditd.log, one per line";
    private static final Set<String> ENCODED = Set.of("proctitle", "comm", "exe", "name", "cwd", "key", "path", "acct",
            "cmd", "data", "dir", "old", "new", "file", "vm", "unit", "watch", "ocomm");
    private static final HexFormat HEX = HexFormat.of();

    private final String text;
    private final ObjectNode fields = Json.object();
    private final Map<String, StringBuilder> pieces = new LinkedHashMap<>();
    private int at;
    private boolean execve;

    private Auditd(String text, int at) {
        this.text = text;
        this.at = at;
    }

    /** Where the record begins in a line that is one, perhaps behind {@code node=…} or {@code audit:}; else -1. */
    static int find(String text) {
        int from = text.startsWith("audit: ") ? 7 : text.startsWith("audispd: ") ? 9 : 0;
        if (text.startsWith("[") && text.indexOf("] audit: type=") > 0) {
            from = text.indexOf("] audit: type=") + 9;
        }
        int type = from;
        if (text.startsWith("node=", from)) {
            type = text.indexOf(' ', from) + 1;
        }
        if (!text.startsWith("type=", type)) {
            return -1;
        }
        int blank = text.indexOf(' ', type);
        return blank > 0 && (text.startsWith("msg=audit(", blank + 1) || text.startsWith("audit(", blank + 1))
                ? from
                : -1;
    }

    /** @throws MalformedException when the stamp {@code audit(seconds.milliseconds:serial):} or a quote is broken */
    static Parsed parse(String text) {
        int from = find(text);
        if (from < 0) {
            throw MalformedException.at("auditd", 0, "the line does not begin with type=… msg=audit(", HINT);
        }
        return new Auditd(text, from).read();
    }

    private Parsed read() {
        if (text.startsWith("node=", at)) {
            fields.put("node", word("node="));
        }
        String type = typeName(word("type="));
        fields.put("type", type);
        execve = type.equals("EXECVE");
        Instant time = stamp();
        while (at < text.length()) {
            pair();
        }
        pieces.forEach((name, value) -> fields.put(name, value.toString()));
        return Parsed.of(Format.AUDITD, fields, time);
    }

    private String word(String prefix) {
        int end = text.indexOf(' ', at);
        String word = text.substring(at + prefix.length(), end);
        at = end + 1;
        return word;
    }

    private @Nullable Instant stamp() {
        int start = at;
        int open = text.indexOf('(', at);
        int close = text.indexOf(')', open);
        int colon = text.indexOf(':', open);
        if (close < 0 || !text.startsWith("):", close)) {
            throw MalformedException.at("auditd", start, "the stamp audit(seconds:serial): is cut off", HINT);
        }
        String seconds = colon > open && colon < close ? text.substring(open + 1, colon) : "";
        Instant time = Timestamps.epoch(seconds);
        if (time == null || !Timestamps.digits(text.substring(colon + 1, close))) {
            throw MalformedException.at("auditd", open + 1, "the stamp is not seconds.milliseconds:serial", HINT);
        }
        fields.put("msg", text.substring(text.indexOf("audit(", start), close + 2));
        at = close + 2;
        return time;
    }

    private void pair() {
        char c = text.charAt(at);
        if (c <= ' ' || c == ENRICHED) {
            at++;
            return;
        }
        int from = at;
        while (at < text.length() && text.charAt(at) > ' ' && text.charAt(at) != '=') {
            at++;
        }
        if (at >= text.length() || text.charAt(at) != '=') {
            return;
        }
        String name = text.substring(from, at++);
        char quote = at < text.length() ? text.charAt(at) : ' ';
        if (quote == '"' || quote == '\'') {
            int end = text.indexOf(quote, at + 1);
            if (end < 0) {
                throw MalformedException.at("auditd", at, "the quote that opens here is never closed", HINT);
            }
            String value = text.substring(at + 1, end);
            at = end + 1;
            if (quote == '\'' && name.equals("msg")) {
                Auditd inner = new Auditd(value, 0);
                while (inner.at < value.length()) {
                    inner.pair();
                }
                Ecs.merge(inner.fields, fields);
            } else {
                put(name, value);
            }
            return;
        }
        int start = at;
        while (at < text.length() && text.charAt(at) > ' ') {
            at++;
        }
        put(name, decode(name, text.substring(start, at)));
    }

    /** Long arguments come in pieces, {@code a1[0]=… a1[1]=…}, which are joined. */
    private void put(String name, String value) {
        int bracket = execve ? name.indexOf('[') : -1;
        if (bracket > 0) {
            String whole = name.substring(0, bracket);
            pieces.computeIfAbsent(whole, _ -> new StringBuilder()).append(value);
        } else {
            fields.putIfAbsent(name, fields.stringNode(value));
        }
    }

    private String decode(String name, String value) {
        boolean argument = execve && name.startsWith("a") && name.length() > 1 && Character.isDigit(name.charAt(1));
        if (!argument && !ENCODED.contains(name) || value.length() < 2 || value.length() % 2 != 0
                || !upperHexadecimal(value)) {
            return value;
        }
        byte[] bytes = HEX.parseHex(value);
        for (int i = 0; i < bytes.length; i++) {
            // proctitle and TTY data separate arguments by NUL.
            bytes[i] = bytes[i] == 0 ? (byte) ' ' : bytes[i];
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString().stripTrailing();
        } catch (CharacterCodingException _) {
            // It is no text; hexadecimal says more than replacement characters.
            return value;
        }
    }

    private static boolean upperHexadecimal(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < '0' || c > '9') && (c < 'A' || c > 'F')) {
                return false;
            }
        }
        return true;
    }

    /** The kernel writes numbers (linux/audit.h); rules are written for auditd's names. */
    private static String typeName(String type) {
        return switch (type) {
            case "1100" -> "USER_AUTH";
            case "1101" -> "USER_ACCT";
            case "1105" -> "USER_START";
            case "1112" -> "USER_LOGIN";
            case "1123" -> "USER_CMD";
            case "1130" -> "SERVICE_START";
            case "1131" -> "SERVICE_STOP";
            case "1300" -> "SYSCALL";
            case "1302" -> "PATH";
            case "1305" -> "CONFIG_CHANGE";
            case "1306" -> "SOCKADDR";
            case "1307" -> "CWD";
            case "1309" -> "EXECVE";
            case "1326" -> "SECCOMP";
            case "1327" -> "PROCTITLE";
            case "1400" -> "AVC";
            default -> type;
        };
    }
}
