package dev.tocsin.sigma;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A small world in which rules and events are made of the same few names and words, so that everything meets everything. */
final class FuzzWorld {
    private static final String[] FIELDS = {"A", "B", "C", "D", "a.b", "a.b.c", "a", "a.c.d", "B.x", "_A", "a._b", ".a",
            "é", "Naïve", "a long name of a field"};
    private static final String[] WORDS = {"x", "X-y", "a/b", "é", "É", "7", "10.0.0.1", "\u2014z", "ab", "", "Ab*",
            "a?b", "\\", "\\\\", "😀", "ß", "İ", "i", "I", "ı", "K", "k", "K", "s", "ſ", "S", "ς", "Σ", "σ", "\n", "\t",
            "\"", "^", "aaaa", "aaaaaaaab", "powershell.exe", "C:\\Windows\\System32\\cmd.exe", "-enc", "/enc", "–enc",
            "ＡＢ", "\u0000", "true", "null", "1.5", "fe80::1", "\ud83d", "  ", "é́", "longer than sixteen bytes",
            "longer than thirty-two bytes, which is a lot", "2024-03-05T07:09:00Z", "10.0.0.255", "010.0.0.1",
            "192.168.1.300", "10.0.0.1.", "1.2.3", "FE80:0:0::1%eth0", "::ffff:10.0.0.1", "::1", "`a`", "&&",
            "&& set x",
            "${x}", "<>", "a value of sixty-four bytes or some more, so that none is kept of it"};
    private static final String[] MODIFIERS = {"", "", "|contains", "|contains", "|startswith", "|endswith",
            "|contains|all", "|cased", "|contains|cased", "|startswith|cased", "|windash|contains", "|windash",
            "|windash|endswith|all", "|neq", "|contains|neq", "|re", "|re|i", "|re|m|s", "|re|neq", "|gt", "|lte",
            "|lt",
            "|gte", "|exists", "|fieldref", "|fieldref|endswith", "|fieldref|contains|cased", "|fieldref|neq",
            "|base64offset|contains", "|base64|contains", "|wide|base64offset|contains", "|utf16le|contains", "|cidr",
            "|all", "|hour", "|year", "|week|gt", "|minute", "|day|lt", "|month", "|contains|all|neq",
            "|utf16|contains", "|utf16be|contains", "|cidr|neq", "|cidr"};
    private static final String[] REGEXES = {"^a", "b$", "x.y", "[0-9]+", "^$", "(?i)K", "(?i)ſ?s+",
            "\\\\[a-z]+\\.exe$",
            "a{2,3}b", "(ab|x|é)+", "[^a-z ]{3}", "\\bab\\b", ".{20,}", "é", "(?s)a.*b", "\\d\\.\\d", "\\s", "a|",
            "(x)?y",
            "[-/][Ee]nc", "\\w+\\.exe", "(?i:X)-y", "^(?:a|b)/b$", "\\\\\\\\", "a\\nb", "[\\d.]{5}", "\\Aaaaa\\z", "σ",
            "x*",
            "(a|b|c|d)(a|b|c|d)(a|b|c|d)", "\\^", "a{0}b", "[]a]b", "[^\\]a]b", "a??b", "(?i)powershell", "[a-cA-C]b$",
            "`.*`", "(?i)&&\\s?set", "\\$\\{x", "[<>]{2}",
            "(?:&|<|`).+", "\\w+`(\\w+|-|.)`"};
    private static final String[] CONDITIONS = {"s1", "s1 and not s2", "1 of s*", "all of s*", "not (s1 or s3)",
            "s1 or s2 and s3", "not 1 of them", "s1 and not 1 of s*2", "not all of them", "[s1, s2 and s3]",
            "s1 and (s2 or not s3)"};
    private static final String[] SOURCES = {"product: test", "product: other", "category: c1",
            "product: test\n  category: c2", "service: s1", "product: test\n  service: s2"};

    private final Random random;

    FuzzWorld(long seed) {
        random = new Random(seed);
    }

    @SafeVarargs
    final <T> T pick(T... from) {
        return from[random.nextInt(from.length)];
    }

    FieldMapping mapping() {
        return pick(FieldMapping.IDENTITY, FieldMapping.IDENTITY,
                FieldMapping.of(Map.of("A", List.of("B"), "C", List.of("a.b.c", "D"), "D", List.of("a.c.d"))));
    }

    String rule(int number) {
        return "title: r" + number + "\nid: 7a1f5b0e-0000-4000-8000-%012d\nlogsource:\n  ".formatted(number)
                + pick(SOURCES) + "\ndetection:\n  s1: " + selection() + "\n  s2: " + selection() + "\n  s3: "
                + selection() + "\n  condition: " + pick(CONDITIONS) + "\n";
    }

    private String selection() {
        return switch (random.nextInt(7)) {
            case 0 -> "[" + keyword() + ", " + keyword() + ", {" + item() + "}]";
            case 1 -> "{'|all': [" + keyword() + ", " + keyword() + "]}";
            case 2 -> "[{" + item() + "}, {" + item() + "}]";
            case 3 -> "{" + item() + ", " + item() + "}";
            case 4 -> random.nextInt(3) == 0 ? "{'|re': [" + quoted(pick(REGEXES)) + "]}" : "[" + keyword() + "]";
            default -> "{" + item() + "}";
        };
    }

    private String keyword() {
        return quoted(pick(WORDS) + pick("", "", "*", "?") + pick(WORDS));
    }

    private String item() {
        String modifier = pick(MODIFIERS);
        List<String> values = new ArrayList<>();
        int count = random.nextInt(12) == 0 ? 40 : 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            values.add(value(modifier));
        }
        return quoted(pick(FIELDS) + modifier) + ": [" + String.join(", ", values) + "]";
    }

    private String value(String modifier) {
        if (modifier.startsWith("|re")) {
            return quoted(pick(REGEXES));
        }
        return switch (modifier) {
            case "|gt", "|lte", "|lt", "|gte" -> pick("7", "0", "8.5", "1500");
            case "|hour", "|year", "|week|gt", "|minute", "|day|lt", "|month" -> pick("7", "2024", "9", "5", "3");
            case "|exists" -> pick("true", "false");
            case "|fieldref", "|fieldref|endswith", "|fieldref|contains|cased", "|fieldref|neq" -> quoted(pick(FIELDS));
            case "|cidr", "|cidr|neq" -> pick("10.0.0.0/8", "10.0.0.0/31", "0.0.0.0/0", "10.0.0.255", "'fe80::/10'",
                    "'::/0'", "'fe80::1/128'", "'::ffff:0:0/96'");
            case "|base64offset|contains", "|base64|contains", "|wide|base64offset|contains" ->
                quoted(pick("ab", "xyz", "é"));
            case "|utf16le|contains", "|utf16|contains", "|utf16be|contains" -> quoted(pick("a", "é"));
            default -> text(modifier.isEmpty());
        };
    }

    private String text(boolean alone) {
        return switch (random.nextInt(alone ? 12 : 8)) {
            case 0 -> quoted(pick("*", "?", "??", "*?*", "", "a*b*", "?*"));
            case 1 -> quoted(pick(WORDS) + pick("*", "?", "\\*", "\\?", "\\\\*") + pick(WORDS));
            case 2 -> quoted(pick(WORDS) + pick(WORDS));
            case 8 -> pick("7", "1.5", "0.00012", "12345678901234567890", "-0.0");
            case 9 -> pick("true", "null");
            default -> quoted(pick(WORDS));
        };
    }

    /** In YAML, between double quotes. */
    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            out.append(c == '"' || c == '\\'
                    ? "\\" + c
                    : c < 0x20 || c >= 0xd800 && c < 0xe000 || c == 0x7f
                            ? "\\u%04x".formatted((int) c)
                            : c);
        }
        return out.append('"').toString().replaceAll("\\\\ud83d\\\\ude00", "😀");
    }

    /** A document; one in thirty is not well-formed. */
    byte[] event() {
        String json = random.nextInt(3) == 0
                ? "{\"x\":" + value(1) + "," + pick("", "\"vendor\":7,") + "\"vendor\":" + object(2) + ",\"B\":"
                        + value(1)
                        + "}"
                : object(3);
        byte[] bytes = blanks(json).getBytes(StandardCharsets.UTF_8);
        return random.nextInt(30) == 0 ? broken(bytes) : bytes;
    }

    private String blanks(String json) {
        return random.nextInt(4) == 0 ? " \n" + json + "\t\r\n" : json;
    }

    private byte[] broken(byte[] json) {
        int at = random.nextInt(json.length);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(json, 0, at);
        switch (random.nextInt(4)) {
            case 0 -> {
            }
            case 1 -> {
                out.write(pick(0xff, 0xc0, 0xed, 0x80, 0x01, (int) '"', (int) ',', (int) '}', (int) '\\', (int) '0'));
                out.write(json, at, json.length - at);
            }
            case 2 -> out.write(json, Math.min(json.length, at + 1), Math.max(0, json.length - at - 1));
            default -> {
                out.write(json, at, json.length - at);
                out.write(json, 0, 1);
            }
        }
        return out.toByteArray();
    }

    private String object(int depth) {
        List<String> members = new ArrayList<>();
        int count = random.nextInt(7);
        for (int i = 0; i < count; i++) {
            members.add(name() + pick(":", ":", " : ") + value(depth - 1));
        }
        if (random.nextInt(3) == 0) {
            members.add(
                    "\"a\":" + pick("{\"b\":" + value(1) + "}", "[{\"b\":" + value(1) + "},{\"c\":" + object(1) + "}]",
                            "{\"b\":{\"c\":" + value(0) + "},\"b.c\":1}", "{\"b\":[{\"c\":" + value(0) + "}]}",
                            "[[{\"b\":" + value(0) + "}]," + value(0) + "]"));
        }
        Collections.shuffle(members, random);
        return "{" + String.join(",", members) + "}";
    }

    private String name() {
        String name = random.nextInt(8) == 0 ? pick("tocsin", "vendor", "zzz", "_", "x") : pick(FIELDS);
        return random.nextInt(40) == 0 && name.startsWith("A") ? "\"\\u0041\"" : "\"" + name + "\"";
    }

    private String value(int depth) {
        return switch (random.nextInt(depth > 0 ? 12 : 8)) {
            case 0 -> "null";
            case 1 -> pick("7", "8.5", "-1", "true", "false", "-0", "0", "1e3", "1.50", "0.00012", "-0.0", "12345678.5",
                    "1.0", "10000000.0", "123456789012345678901", "1E400", "0.1234567890123456789", "100.0", "0.010",
                    "1709622540", "9999999.0");
            case 8 -> "[" + value(depth - 1) + "," + value(depth - 1) + "]";
            case 9 -> pick("[]", "{}", "{\"q\":\"xab\"}");
            case 10 -> object(depth - 1);
            default -> string();
        };
    }

    private String string() {
        String text = pick(WORDS) + pick("", "", pick(WORDS), " " + pick(WORDS) + pick(WORDS));
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c < 0x20 || c == '"' || c == '\\' || c >= 0xd800 && c < 0xe000 || random.nextInt(30) == 0) {
                int named = random.nextBoolean() ? "\"\\/\b\f\n\r\t".indexOf(c) : -1;
                out.append(named < 0 ? "\\u%04x".formatted((int) c) : "\\" + "\"\\/bfnrt".charAt(named));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
