package dev.tocsin.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.Json;
import dev.tocsin.log.Commit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** Documents that whoever attacks, or a careless vendor, may send: each is kept whole and the rest is not disturbed. */
class OddDocumentsTest {
    @TempDir
    Path directory;
    private SearchIndex index;

    @BeforeEach
    void open() throws IOException {
        index = SearchIndex.open(directory.resolve("index"));
    }

    @AfterEach
    void close() throws IOException {
        index.close();
    }

    private void put(String name, String json) throws IOException {
        index.put("event", Samples.event(name, json));
        index.commit("index", Commit.EMPTY, index.opening());
        ObjectNode body = (ObjectNode) index.document(Samples.id(name)).orElseThrow().document();
        body.remove("tocsin");
        assertThat(body).isEqualTo(Json.read(json));
    }

    private long count(String text) {
        return index.search(new SearchQuery(text, "any", null, null, null, 1)).total();
    }

    @Test
    void tenThousandFieldsAreAllSearchable() throws IOException {
        put("wide", "{" + IntStream.range(0, 10_000).mapToObj(i -> "\"f" + i + "\":\"value " + i + "\"")
                .collect(Collectors.joining(",")) + "}");
        assertThat(count("f9999:\"value 9999\"")).isEqualTo(1);
        assertThat(count("f9999:\"value 9998\"")).isZero();
        assertThat(count("_truncated:true")).isZero();
    }

    @Test
    void beyondTheCapValuesAreFoundAsFreeTextAndTheDocumentSaysSo() throws IOException {
        put("wider", "{" + IntStream.range(0, 30_000).mapToObj(i -> "\"f" + i + "\":\"needle" + i + "\"")
                .collect(Collectors.joining(",")) + "}");
        assertThat(count("f29999:needle29999")).isZero();
        assertThat(count("needle29999")).isEqualTo(1);
        assertThat(count("_truncated:true")).isEqualTo(1);
    }

    @Test
    void aValueOfAMegabyteIsKeptAndItsWordsAreFound() throws IOException {
        String words = IntStream.range(0, 170_000).mapToObj(i -> "w" + i).collect(Collectors.joining(" "));
        put("long", "{\"long\":\"" + words + "\",\"event\":{\"original\":\"" + words + "\"}}");
        assertThat(words.length()).isGreaterThan(1 << 20 - 1);
        assertThat(count("long:w169999")).isEqualTo(1);
        assertThat(count("long:\"w169998 w169999\"")).isEqualTo(1);
        assertThat(count("event.original:w77777")).isEqualTo(1);
        assertThat(count("long:w0\\ w1\\ w2*")).isEqualTo(1);
        put("solid", "{\"long\":\"" + "x".repeat(1 << 20) + "\",\"wide\":\"" + "東".repeat(400_000) + "\"}");
        assertThat(count("long:xxx*")).isEqualTo(1);
        assertThat(count("wide:東東東")).isEqualTo(1);
    }

    @Test
    void namesMayHoldDotsSpacesColonsNulsAndAnything() throws IOException {
        put("names", """
                {"a.b":"one","a":{"b":"two","":{"":"three"}},"my field":"four","x:y":"five","*":"six","":"seven",
                 "\\u0000":"eight","n\\u0000m":"nine","Ünïcode.日本":"ten","\\"q\\"":"eleven","\\ud83d\\ude00":"twelve",
                 "(a OR b)":"thirteen","%s":"fourteen"}""".formatted("k".repeat(5000)));
        assertThat(count("a.b:one AND a.b:two AND a..:three")).isEqualTo(1);
        assertThat(count("my\\ field:four AND x\\:y:five AND \\*:six AND \\\"q\\\":eleven")).isEqualTo(1);
        assertThat(count("Ünïcode.日本:ten AND üNÏCODE.日本:ten")).isEqualTo(1);
        assertThat(count("\\(a\\ OR\\ b\\):thirteen")).isEqualTo(1);
        for (String value : List.of("seven", "eight", "nine", "twelve", "fourteen")) {
            assertThat(count(value)).as(value).isEqualTo(1);
        }
    }

    @Test
    void numbersOfAnySizeAreKeptAndCompared() throws IOException {
        put("numbers", """
                {"big":123456789012345678901234567890,"max":18446744073709551615,"tiny":1e-320,"neg":-0.0,"zero":0,
                 "exp":1.5e300,"text":"1e3","digits":"%s"}""".formatted("9".repeat(500)));
        assertThat(count("big:123456789012345678901234567890")).isEqualTo(1);
        assertThat(count("big:>9223372036854775807 AND max:>9223372036854775807")).isEqualTo(1);
        assertThat(count("zero:0")).isEqualTo(1);
        assertThat(count("neg:0")).isEqualTo(1);
        assertThat(count("neg:[0 TO 0]")).isEqualTo(1);
        assertThat(count("exp:>1e299 AND exp:<1e301")).isEqualTo(1);
        assertThat(count("text:[999 TO 1001]")).isEqualTo(1);
        assertThat(count("tiny:[0 TO 1]")).isEqualTo(1);
        assertThat(count("digits:" + "9".repeat(500))).isEqualTo(1);
        put("infinite", "{\"inf\":1e999}");
        assertThat(count("inf:>1e300")).isEqualTo(1);
    }

    @Test
    void onePathMayBeEverythingInTurn() throws IOException {
        List<String> shapes = List.of("1", "\"text\"", "true", "null", "{\"below\":2}", "[1,\"text\",{\"below\":3}]",
                "1.5", "\"2026-11-21\"", "\"10.0.0.1\"", "[]", "{}", "[[[4]]]", "\"\"");
        for (int i = 0; i < shapes.size() * 2; i++) {
            put("shape-" + i, "{\"x\":" + shapes.get(i % shapes.size()) + "}");
        }
        assertThat(count("x:1")).isEqualTo(4);
        assertThat(count("x:text")).isEqualTo(4);
        assertThat(count("x.below:[2 TO 3]")).isEqualTo(4);
        assertThat(count("x:*")).isEqualTo(20);
        assertThat(count("x:>=4")).isEqualTo(2);
        assertThat(count("x:[2026-01-01 TO 2026-12-31]")).isEqualTo(2);
    }

    @Test
    void deepNestingUpToTheParsersLimitIsSearchable() throws IOException {
        put("deep", "{\"a\":".repeat(190) + "\"bottom\"" + "}".repeat(190));
        assertThat(count("a" + ".a".repeat(189) + ":bottom")).isEqualTo(1);
        put("lists", "{\"l\":" + "[".repeat(190) + "\"floor\"" + "]".repeat(190) + "}");
        assertThat(count("l:floor")).isEqualTo(1);
    }

    @Test
    void timesAtTheEndsOfTimeAreSortedAndFound() throws IOException {
        for (Instant time : List.of(Instant.MIN, Instant.EPOCH, Instant.MAX)) {
            index.put("event", Samples.event("t" + time, "acme", time, "{\"x\":1}"));
        }
        index.commit("index", Commit.EMPTY, index.opening());
        SearchResult result = index.search(new SearchQuery("x:1", "any", null, Instant.EPOCH, null, 5));
        assertThat(result.hits()).extracting(SearchResult.Hit::id).containsExactly(Samples.id("t" + Instant.MAX),
                Samples.id("t" + Instant.EPOCH));
    }
}
