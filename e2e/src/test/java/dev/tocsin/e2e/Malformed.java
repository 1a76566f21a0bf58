package dev.tocsin.e2e;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Input that breaks its own format.
 *
 * @param name its mark, which stands in the bytes, so that it is found again among the dead letters
 * @param door where it knocks
 * @param bytes what is sent
 * @param cause what the dead letter must say, a regular expression
 * @param letters how many dead letters it makes; more than one when a large body is kept in pieces
 */
record Malformed(String name, Door door, byte[] bytes, String cause, int letters) {
    enum Door {
        SYSLOG_COUNTED,
        SYSLOG_LINE,
        SYSLOG_CUT,
        FILE,
        HEC,
        INGEST,
        GZIP
    }

    private static final int TOO_LONG = 2 * 1024 * 1024;
    /** Reasons of the form "… at offset 12 …", "… line 1 column 5 …", "… byte 7 …". */
    private static final String PLACE = "(at (offset|byte) \\d+|line \\d+ column \\d+|first at byte \\d+)";

    /** At least a hundred of them, of every kind, over every door. */
    static List<Malformed> all() {
        List<Malformed> all = new ArrayList<>();
        for (Door door : List.of(Door.SYSLOG_COUNTED, Door.FILE, Door.INGEST)) {
            json(door, all);
        }
        for (Door door : List.of(Door.SYSLOG_COUNTED, Door.SYSLOG_LINE)) {
            syslog(door, all);
        }
        for (Door door : List.of(Door.SYSLOG_COUNTED, Door.FILE)) {
            formats(door, all);
        }
        sizes(all);
        hec(all);
        return all;
    }

    private static void add(List<Malformed> all, Door door, String text, String cause) {
        add(all, door, text.getBytes(StandardCharsets.UTF_8), cause, 1);
    }

    /** Gives it a mark: bytes of ISO-8859-1 letters {@code MARK} are replaced by it. */
    private static void add(List<Malformed> all, Door door, byte[] bytes, String cause, int letters) {
        String name = "mark-%03d-of-%s".formatted(all.size(), door);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!text.contains("MARK")) {
            throw new IllegalArgumentException("no place for the mark in " + text);
        }
        all.add(new Malformed(name, door, text.replace("MARK", name).getBytes(StandardCharsets.ISO_8859_1), cause,
                letters));
    }

    private static void json(Door door, List<Malformed> all) {
        String where = "JSON.*" + PLACE + ".*";
        List<String> broken = List.of("{\"id\":\"MARK\",\"a\":}", "{\"id\":\"MARK\",\"a\":1", "{\"id\":\"MARK\"",
                "{\"id\":\"MARK\",\"a\":\"never closed", "{\"id\":\"MARK\",\"a\":NaN}", "{\"id\":\"MARK\",\"a\":+1}",
                "{\"id\":\"MARK\",\"a\":01}", "{\"id\":\"MARK\",}", "{\"id\":\"MARK\" \"a\":1}",
                "{\"id\":\"MARK\",\"a\":tru}", "{\"id\":\"MARK\",\"a\":\"\\x\"}", "{\"id\":\"MARK\",\"a\":\"\\u12\"}",
                "{\"id\":\"MARK\",\"a\":[1,2}", "{\"id\":\"MARK\"}}", "{\"id\":\"MARK\"} {\"two\":2}",
                "{\"id\":\"MARK\",\"a\":\"tab\there\"}");
        for (String json : broken) {
            boolean trailing = json.contains("}}") || json.contains("} {");
            add(all, door, wrapped(door, json), trailing ? "(?s)(something follows|.*JSON).*" : "(?s).*" + where);
        }
        add(all, door, wrapped(door, "{\"id\":\"MARK\",\"a\":" + "[".repeat(300) + "]".repeat(300) + "}"),
                "(?s).*(nest|depth|deep).*");
        add(all, door, wrapped(door, "{\"id\":\"MARK\",\"a\":" + "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_001)),
                "(?s).*(nest|depth|deep).*");
        add(all, door, wrapped(door, "{\"id\":\"MARK\",\"a\":1" + "0".repeat(5_000) + "}"), "(?s).*(number|length).*");
        byte[] latin = wrapped(door, "{\"id\":\"MARK\",\"a\":\"caf\u00e9\"}").getBytes(StandardCharsets.ISO_8859_1);
        add(all, door, latin, "(?s).*UTF-8.*", 1);
        byte[] overlong = wrapped(door, "{\"id\":\"MARK\",\"a\":\"\u00c0\u00af\"}")
                .getBytes(StandardCharsets.ISO_8859_1);
        add(all, door, overlong, "(?s).*UTF-8.*", 1);
    }

    private static String wrapped(Door door, String json) {
        return door == Door.SYSLOG_COUNTED ? "<134>1 2026-03-01T10:00:00Z host1 app - - - " + json : json;
    }

    private static void syslog(Door door, List<Malformed> all) {
        String at = "(?s)syslog.*at offset \\d+.*";
        List<String> broken = List.of("<999>1 2026-03-01T10:00:00Z h a - - - MARK", "<192>Mar  1 10:00:00 h a: MARK",
                "<99999999999>1 - h a - - - MARK", "<134>1 yesterday h a - - - MARK",
                "<134>1 2026-13-45T10:00:00Z h a - - - MARK", "<134>1 2026-03-01T10:00:00Z MARK",
                "<134>1 2026-03-01T10:00:00Z MARK a 1", "<134>1 2026-03-01T10:00:00Z h a - - [x@1 a=\"MARK",
                "<134>1 2026-03-01T10:00:00Z h a - - [x@1 a=MARK] m", "<134>1 2026-03-01T10:00:00Z h a - - [] MARK",
                "<134>1 2026-03-01T10:00:00Z h a - - {x} MARK", "<134>1 2026-03-01T10:00:00Z h a - - [x@1 a=\"1\"]MARK",
                "<134>1 2026-03-01T10:00:00Z  a - - - MARK", "<134>1 2026-03-01T10:00:00Z h a - - [x@1 =\"1\"] MARK");
        broken.forEach(line -> add(all, door, line, at));
        if (door == Door.SYSLOG_COUNTED) {
            for (String lie : List.of("5000 ", "100000 ", "999999999 ")) {
                add(all, Door.SYSLOG_CUT, lie + "<134>1 2026-03-01T10:00:00Z h a - - - MARK",
                        "the connection ended after \\d+ of the " + lie.strip() + " bytes.*");
            }
        }
    }

    private static void formats(Door door, List<Malformed> all) {
        String in = door == Door.FILE ? "" : "<134>Mar  1 10:00:00 host1 app: ";
        for (String cef : List.of("CEF:0|MARK", "CEF:x|MARK|p|1|2|n|3|a=b", "CEF:0|a|b|MARK|d|e",
                "CEF:|MARK|p|1|2|n|3|")) {
            add(all, door, in + cef, "(?s)CEF at offset \\d+.*");
        }
        String xxe = "<!DOCTYPE e [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>";
        StringBuilder laughs = new StringBuilder("<!DOCTYPE e [<!ENTITY l0 \"ha\">");
        for (int i = 1; i < 12; i++) {
            laughs.append("<!ENTITY l").append(i).append(" \"").append(("&l" + (i - 1) + ";").repeat(10)).append("\">");
        }
        for (String xml : List.of("<Event><System><Computer>MARK</Computer>", "<Event><System>MARK</Sistem></Event>",
                "<Event a=MARK></Event>", "<Event><System>MARK&nope;</System></Event>",
                "<Event></Event><Event>MARK</Event>",
                "<Event>" + "<a>".repeat(60) + "MARK" + "</a>".repeat(60) + "</Event>",
                "<?xml version=\"1.0\"?><Other>MARK</Other>",
                "<?xml version=\"1.0\"?>" + xxe + "<Event><System><Computer>MARK&x;</Computer></System></Event>",
                "<?xml version=\"1.0\"?>" + laughs
                        + "]><Event><System><Computer>MARK&l11;</Computer></System></Event>")) {
            add(all, door, in + xml, "(?s)Windows XML at line \\d+ column \\d+.*");
        }
        for (String audit : List.of("type=EXECVE msg=audit(MARK",
                "type=EXECVE msg=audit(1604994496.155:x): a0=\"MARK\"",
                "type=EXECVE msg=audit(never:1): a0=\"MARK\"", "type=EXECVE msg=audit(1604994496.155:92734): a0=\"MARK",
                "type=USER_CMD msg=audit(1604994496.155:92734): pid=1 msg='MARK")) {
            add(all, door, in + audit, "(?s)auditd at offset \\d+.*");
        }
    }

    private static void sizes(List<Malformed> all) {
        String filler = "MARK " + "x".repeat(TOO_LONG);
        add(all, Door.SYSLOG_COUNTED, "<134>Mar  1 10:00:00 host1 app: " + filler, ".* bytes, more than message_max.*");
        add(all, Door.SYSLOG_LINE, "<134>Mar  1 10:00:00 host1 app: " + filler, ".* bytes, more than message_max.*");
        add(all, Door.FILE, "{\"id\":\"" + filler + "\"}", ".* bytes, more than line_max.*");
        add(all, Door.INGEST, ("{\"id\":\"" + filler + "\"}").getBytes(StandardCharsets.UTF_8),
                ".*more than message_max.*", 3);
        add(all, Door.HEC, ("{\"event\":\"" + filler + "\"}").getBytes(StandardCharsets.UTF_8),
                ".*more than message_max.*", 3);
        for (String notAnObject : List.of("\"MARK\"", "[{\"id\":1},{\"id\":\"MARK\"", "[{\"id\":1},\"MARK\"]", "MARK",
                "[{\"id\":2}] MARK")) {
            add(all, Door.INGEST, notAnObject, "(?s).*(line|element|follows).*");
        }
        byte[] packed = Doors.gzip("{\"id\":\"a\"}".repeat(50).getBytes(StandardCharsets.UTF_8));
        byte[] mark = "MARK".getBytes(StandardCharsets.US_ASCII);
        byte[] wrongSum = packed.clone();
        wrongSum[wrongSum.length - 5] ^= 0x55;
        add(all, Door.GZIP, Doors.join(mark, packed), "(?s).*gzip body cannot be unpacked.*", 1);
        // The mark after the damage: the unpacker stops before it, and the whole body is kept.
        add(all, Door.GZIP, Doors.join(wrongSum, mark), "(?s).*gzip body cannot be unpacked.*", 1);
        add(all, Door.GZIP, "{\"plain\":\"MARK\"}", "(?s).*gzip body cannot be unpacked.*");
    }

    private static void hec(List<Malformed> all) {
        String nth = "(?s)event 0 of the request: .*";
        for (String envelope : List.of("{\"host\":\"MARK\"}", "{\"event\":\"\",\"host\":\"MARK\"}",
                "{\"event\":null,\"host\":\"MARK\"}", "{\"event\":\"MARK\",\"time\":\"noon\"}",
                "{\"event\":\"MARK\",\"time\":{\"a\":1}}", "{\"event\":\"MARK\",\"fields\":[1]}",
                "{\"event\":\"MARK\",\"fields\":\"x\"}", "\"MARK\"", "7 MARK", "{\"event\":{\"a\":\"MARK\"",
                "{\"event\":\"MARK", "{\"event\":{\"a\":NaN,\"b\":\"MARK\"}}", "{event:\"MARK\"}",
                "{\"event\":" + "[".repeat(300) + "\"MARK\"" + "]".repeat(300) + "}")) {
            add(all, Door.HEC, envelope, nth);
        }
        byte[] latin = "{\"event\":\"caf\u00e9 MARK\"}".getBytes(StandardCharsets.ISO_8859_1);
        add(all, Door.HEC, latin, "(?s).*UTF-8.*", 1);
        add(all, Door.HEC, "{\"event\":\"good of MARK\"}{\"host\":\"bad MARK\"}", "(?s)event 1 of the request: .*");
    }
}
