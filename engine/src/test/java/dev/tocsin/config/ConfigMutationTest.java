package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A good file is broken in one line at a time; each break must be refused in that line. */
class ConfigMutationTest {
    private static final long SEED = 20_260_714;
    private static final int MUTATIONS = 400;

    /** One line of the good file: depth in steps of two blanks, key, value ({@code ""} opens a section), its kind. */
    private record Line(int depth, String key, String value, Kind kind) {
    }

    private enum Kind {
        SECTION(List.of("5", "[a, b]", "text")), //
        NAMES(List.of("5", "[a]", "\"x\"")), //
        TEXT(List.of("[a]", "{a: b}", "${NOT_SET}", "${unclosed", "!tag x")), //
        LIST(List.of("a", "{a: b}", "[[a]]", "[~]")), //
        INT(List.of("x", "1.5", "1e3", "99999999999", "[1]", "true", "0x10", "1_000")), //
        NUMBER(List.of("x", ".nan", "Infinity", "1d", "{}", "true")), //
        TRUTH(List.of("yes", "on", "1", "TRUE", "[true]")), //
        DURATION(List.of("5", "5 s", "5sec", "-1s", "1.5h", "5M", "[5s]", "1h30m", "99999999d")), //
        SIZE(List.of("x", "-1", "5XiB", "1.5GB", "[5]", "99999999999999TB")), //
        ENDPOINT(List.of("5514", "localhost", ":5514", "host:x", "host:99999", "[127.0.0.1:1]")), //
        PATH(List.of("\"\"", "[a]", "{}")), //
        CHOICE(List.of("UDP", "upd", "1", "[udp]")), //
        TYPE(List.of("syslgo", "SYSLOG", "[syslog]", "5"));

        private final List<String> bad;

        Kind(List<String> bad) {
            this.bad = bad;
        }
    }

    private static final List<Line> GOOD = List.of( //
            new Line(0, "name", "node-1", Kind.TEXT), //
            new Line(0, "log", "", Kind.SECTION), //
            new Line(1, "data", "/var/lib/tocsin", Kind.PATH), //
            new Line(1, "commit_interval", "50ms", Kind.DURATION), //
            new Line(1, "segment_size", "64MiB", Kind.SIZE), //
            new Line(1, "embedded", "true", Kind.TRUTH), //
            new Line(0, "sources", "", Kind.NAMES), //
            new Line(1, "firewall", "", Kind.SECTION), //
            new Line(2, "type", "syslog", Kind.TYPE), //
            new Line(2, "listen", "127.0.0.1:5514", Kind.ENDPOINT), //
            new Line(2, "transport", "tcp", Kind.CHOICE), //
            new Line(1, "auth", "", Kind.SECTION), //
            new Line(2, "type", "file", Kind.TYPE), //
            new Line(2, "path", "/var/log/auth.log", Kind.PATH), //
            new Line(2, "lines", "12", Kind.INT), //
            new Line(2, "limits", "", Kind.SECTION), //
            new Line(3, "low", "1", Kind.INT), //
            new Line(3, "ratio", "0.25", Kind.NUMBER), //
            new Line(0, "tags", "[a, b]", Kind.LIST), //
            new Line(0, "limits", "", Kind.SECTION), //
            new Line(1, "low", "5", Kind.INT), //
            new Line(1, "high", "50", Kind.INT), //
            new Line(1, "events_max", "100000", Kind.INT));

    @Test
    void aGoodFileIsAccepted() {
        assertThat(ConfigFileTest.good(text(lines())).sources()).hasSize(2);
    }

    @Test
    void everyBrokenFileIsRefusedInTheBrokenLine() {
        Random random = new Random(SEED);
        int[] byKind = new int[6];
        for (int i = 0; i < MUTATIONS; i++) {
            int at = random.nextInt(GOOD.size());
            List<String> lines = lines();
            int kind = random.nextInt(byKind.length);
            int expected = mutate(kind, at, lines, random);
            if (expected < 0) {
                i--;
                continue;
            }
            byKind[kind]++;
            String text = text(lines);
            Outcome<Sample> outcome = ConfigFileTest.parse(text);
            assertThat(outcome.value()).as(text).isEmpty();
            assertThat(outcome.problems()).as(text).isNotEmpty().anySatisfy(
                    p -> assertThat(p.where()).startsWith("t.yaml:" + expected + ":"));
        }
        assertThat(byKind).as("each kind of break was tried").doesNotContain(0);
    }

    @Test
    void noTextMakesTheReaderThrow() {
        Random random = new Random(SEED);
        String alphabet = "{}[]:,-&*!|>'\"%@`#?${}\n\t \u0000\uFEFF\uD83D\u2028aä0~<=";
        String good = text(lines());
        int refused = 0;
        for (int i = 0; i < 5000; i++) {
            StringBuilder text = new StringBuilder(good);
            for (int n = random.nextInt(1, 6); n > 0; n--) {
                int at = random.nextInt(text.length());
                char c = alphabet.charAt(random.nextInt(alphabet.length()));
                switch (random.nextInt(3)) {
                    case 0 -> text.insert(at, c);
                    case 1 -> text.setCharAt(at, c);
                    default -> text.delete(at, Math.min(text.length(), at + random.nextInt(1, 30)));
                }
            }
            Outcome<Sample> outcome = ConfigFileTest.parse(text.toString());
            refused += outcome.value().isPresent() ? 0 : 1;
            assertThat(outcome.problems()).as(text.toString())
                    .allSatisfy(p -> assertThat(p.where()).matches("t\\.yaml:\\d+:\\d+"));
            new ProblemPrinter(_ -> text.toString().lines().toList(), true).print(outcome.problems());
        }
        assertThat(refused).isBetween(1000, 4999);
    }

    /** Changes the lines and answers in which one, from 1, a problem must be told; -1 if that cannot be broken so. */
    private static int mutate(int kind, int at, List<String> lines, Random random) {
        Line line = GOOD.get(at);
        String indent = "  ".repeat(line.depth);
        switch (kind) {
            case 0 -> { // A typing error in the name; names that people choose cannot be wrong.
                if (line.key.equals("firewall") || line.key.equals("auth")) {
                    return -1;
                }
                String wrong = typo(line.key, random);
                lines.set(at, indent + wrong + ": " + line.value);
                // Without its type, a section is refused where it begins; that is the type's own line here.
                return at + 1;
            }
            case 1 -> { // A setting that nobody knows.
                if (line.depth == 1 && (line.key.equals("firewall") || line.key.equals("auth"))) {
                    return -1;
                }
                lines.add(at, indent + "colour_" + random.nextInt(100) + ": blue");
                return at + 1;
            }
            case 2 -> { // A bad value.
                String bad = line.kind.bad.get(random.nextInt(line.kind.bad.size()));
                if (line.value.isEmpty()) {
                    lines.subList(at + 1, end(at)).clear();
                }
                lines.set(at, indent + line.key + ": " + bad);
                return at + 1;
            }
            case 3 -> { // The same name twice.
                if (line.value.isEmpty()) {
                    return -1;
                }
                lines.add(at + 1, indent + line.key + ": " + line.value);
                return at + 2;
            }
            case 4 -> { // A setting that must be there is not: told where its section begins.
                if (line.key.equals("path")) {
                    lines.remove(at);
                    return at;
                }
                if (line.key.equals("type")) {
                    lines.remove(at);
                    return at + 1;
                }
                return -1;
            }
            default -> { // Settings that make no sense together: told where their section begins.
                if (!line.key.equals("low")) {
                    return -1;
                }
                lines.set(at, indent + "low: " + (100 + random.nextInt(1000)));
                return at + 1;
            }
        }
    }

    /** Where the section that is opened at that line ends, exclusive. */
    private static int end(int at) {
        int end = at + 1;
        while (end < GOOD.size() && GOOD.get(end).depth > GOOD.get(at).depth) {
            end++;
        }
        return end;
    }

    private static String typo(String key, Random random) {
        int i = random.nextInt(key.length());
        return switch (random.nextInt(3)) {
            case 0 -> key.substring(0, i) + "q" + key.substring(i);
            case 1 -> key.substring(0, i) + "q" + key.substring(i + 1);
            default -> key.substring(0, i) + key.charAt(i) + key.substring(i);
        };
    }

    private static List<String> lines() {
        List<String> lines = new ArrayList<>();
        GOOD.forEach(l -> lines.add("  ".repeat(l.depth) + l.key + ":" + (l.value.isEmpty() ? "" : " " + l.value)));
        return lines;
    }

    private static String text(List<String> lines) {
        return String.join("\n", lines) + "\n";
    }
}
