package dev.tocsin.sigma;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.sigma.match.CaseFold;
import dev.tocsin.sigma.match.EventFields;
import dev.tocsin.sigma.match.Hits;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Collectors;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** The parts of the matcher against what they replace. */
class MatchPartsTest {
    private static final String[] PIECES = {"a", "b", "[ab]", "[^a]", ".", "\\w", "\\s", "\\d", "(a|bc)", "(?:ab)", "^",
            "$",
            "-", "\\.", "\\\\", "(?i)k", "(?i)S", "\\z", "\\A", "[a-c-]", "x{2}", "(a|)", "\\n", "é"};
    private static final String[] REPEATS = {"", "", "", "*", "+", "?", "{2}", "{1,3}", "{2,}", "{0}", "*?", "{0,2}"};
    private static final String[] TEXTS = {"a", "b", "c", "ab", "abc", "-", ".", "\\", "k", "K", "\u212a", "s", "ſ",
            "\n",
            "xx", " ", "7", "é", ""};

    @Test
    void foldingToBytesIsFoldingToText() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (c < 0xd800 || c > 0xdfff) {
                String text = "x" + Character.toString(c) + "Y";
                assertThat(new String(CaseFold.bytes(text), StandardCharsets.UTF_8)).isEqualTo(Fold.fold(text));
            }
        }
    }

    @Test
    void anAutomatonAnswersAsRe2DoesAndWhatItRequiresIsThere() {
        Random random = new Random(7);
        int asked = 0;
        for (int i = 0; i < 4000; i++) {
            StringBuilder source = new StringBuilder();
            for (int k = 1 + random.nextInt(5); k > 0; k--) {
                String piece = PIECES[random.nextInt(PIECES.length)];
                source.append(piece.equals("^") || piece.equals("$") || piece.startsWith("(?i)") || piece.equals("\\A")
                        || piece.equals("x{2}")
                        || piece.equals("\\z")
                                ? piece
                                : piece + REPEATS[random.nextInt(REPEATS.length)]);
            }
            Regex regex = new Regex(source.toString(), random.nextInt(5) == 0, false, random.nextInt(3) == 0);
            com.google.re2j.Pattern pattern = regex.compile();
            RegexAutomaton automaton = RegexAutomaton.of(regex).orElse(null);
            RegexLiterals.Required required = RegexLiterals.of(regex);
            for (int t = 0; t < 20; t++) {
                StringBuilder text = new StringBuilder();
                for (int k = random.nextInt(7); k > 0; k--) {
                    text.append(TEXTS[random.nextInt(TEXTS.length)]);
                }
                boolean found = pattern.matcher(text.toString()).find();
                byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
                int answer = automaton == null ? -1 : automaton.find(bytes, bytes.length);
                if (answer >= 0) {
                    asked++;
                    assertThat(answer == 1).as(regex + " in \"" + text + "\"").isEqualTo(found);
                }
                if (found) {
                    String folded = Fold.fold(text.toString());
                    assertThat(text.codePoints().count()).as(regex + " in " + text)
                            .isGreaterThanOrEqualTo(required.characters());
                    for (List<String> anyOf : required.allOf()) {
                        assertThat(anyOf).as(regex + " in " + text).anyMatch(folded::contains);
                    }
                }
            }
        }
        assertThat(asked).isGreaterThan(20_000);
    }

    @Test
    void manyAlternativesAreFoundByTheAutomatonAsByTheLibrary() {
        Random random = new Random(12);
        String[] pieces = {"a", "b", "ab", "(?:a|b)", "a+", "b*", "[ab]", "", "c?", "$", "abab"};
        int found = 0;
        for (int i = 0; i < 300; i++) {
            List<String> alternatives = new ArrayList<>();
            for (int k = 8 + random.nextInt(40); k > 0; k--) {
                StringBuilder one = new StringBuilder("a".repeat(random.nextInt(3)));
                for (int n = random.nextInt(5); n > 0; n--) {
                    one.append(pieces[random.nextInt(pieces.length)]);
                }
                alternatives.add(one.append(random.nextInt(10) == 0 ? "" : "x" + random.nextInt(3)).toString());
            }
            Regex regex = new Regex("y(?:" + String.join("|", alternatives) + ")z", false, false, false);
            com.google.re2j.Pattern pattern = regex.compile();
            RegexAutomaton automaton = RegexAutomaton.of(regex).orElseThrow();
            for (int t = 0; t < 30; t++) {
                StringBuilder text = new StringBuilder("y");
                for (int k = random.nextInt(7); k > 0; k--) {
                    text.append("abcxyz012".charAt(random.nextInt(9)));
                }
                byte[] bytes = text.append("x").append(random.nextInt(3)).append("z").toString()
                        .getBytes(StandardCharsets.UTF_8);
                boolean expected = pattern.matcher(text.toString()).find();
                assertThat(automaton.find(bytes, bytes.length)).as(regex + " in " + text).isEqualTo(expected ? 1 : 0);
                found += expected ? 1 : 0;
            }
        }
        assertThat(found).isBetween(100, 8900);
    }

    @Test
    void aHundredThousandAlternativesNeedNoMoreThanOneStepForEachCharacter() {
        String alternatives = IntStream.range(0, 100_000).mapToObj(i -> "w" + i + "z").collect(Collectors.joining("|"));
        RegexAutomaton automaton = RegexAutomaton.of(new Regex(alternatives, false, false, false)).orElseThrow();
        for (String text : List.of("w0z", "aw99999z", "ww12345zz")) {
            assertThat(automaton.find(text.getBytes(StandardCharsets.UTF_8), text.length())).as(text).isEqualTo(1);
        }
        for (String text : List.of("w100000z", "w0123z", "wz", "w12345")) {
            assertThat(automaton.find(text.getBytes(StandardCharsets.UTF_8), text.length())).as(text).isZero();
        }
    }

    @Test
    void anIndexOfNetworksFindsWhatEachOfThemContains() {
        Random random = new Random(11);
        String[] odd = {"", ".", "10.0.0.256", "10.0.0.01", "1.2.3", "1.2.3.4.5", "1.2.3.4 ", "::", "::ffff:10.0.0.1",
                "FE80::1%eth0", "fe80:::1", "a:b", "12345::", "10.0.0.١"};
        Map<Network, Integer> networks = new LinkedHashMap<>();
        while (networks.size() < 400) {
            String text = random.nextInt(3) > 0
                    ? quad(random) + "/" + random.nextInt(33)
                    : groups(random) + "/" + random.nextInt(129);
            networks.putIfAbsent(Network.parse(text).orElseThrow(), networks.size());
        }
        NetworkIndex index = new NetworkIndex(networks);
        EventFields fields = new EventFields(1);
        Hits hits = new Hits(networks.size());
        int found = 0;
        for (int i = 0; i < 4000; i++) {
            String text = switch (random.nextInt(3)) {
                case 0 -> quad(random);
                case 1 -> groups(random);
                default -> odd[random.nextInt(odd.length)];
            };
            fields.clear();
            fields.present(0);
            fields.add(0, text);
            hits.clear();
            index.find(fields, fields.firstValue(0), hits);
            found += hits.count();
            networks.forEach((network, number) -> assertThat(hits.has(number)).as(text + " in " + network)
                    .isEqualTo(network.contains(text)));
        }
        assertThat(found).isGreaterThan(4000);
    }

    private static String quad(Random random) {
        return random.nextInt(4) * 60 + "." + random.nextInt(3) + "." + random.nextInt(256) + "." + random.nextInt(2);
    }

    private static String groups(Random random) {
        return random.nextInt(2) == 0
                ? "fe80::" + Integer.toHexString(random.nextInt(1 << 16)) + ":" + random.nextInt(3)
                : "2001:db8:" + random.nextInt(3) + ":0:0:0:" + Integer.toHexString(random.nextInt(1 << 16)) + ":1";
    }
}
