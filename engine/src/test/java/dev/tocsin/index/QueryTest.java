package dev.tocsin.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.event.EventId;
import dev.tocsin.log.Commit;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people write into the search box, over four documents: shell, logon, zeek, alert. */
class QueryTest {
    @TempDir
    static Path directory;
    private static SearchIndex index;
    private static final Map<EventId, String> NAMES = List.of("shell", "logon", "zeek", "alert").stream()
            .collect(Collectors.toMap(Samples::id, name -> name));

    @BeforeAll
    static void fill() throws Exception {
        index = SearchIndex.open(directory.resolve("index"));
        index.put("event", Samples.event("shell",
                """
                        {"@timestamp":"2026-11-21T10:15:00Z","message":"Process Create: powershell.exe by alice",
                         "event":{"original":"<134>1 raw-only-word C:\\\\Temp\\\\dropper.exe","code":"1"},
                         "process":{"name":"PowerShell.exe","pid":4321,"args":["-nop","-w","hidden"],
                          "command_line":"C:\\\\Windows\\\\System32\\\\WindowsPowerShell\\\\powershell.exe -nop -enc SQBFAFgA+/=",
                          "hash":{"md5":"D41D8CD98F00B204E9800998ECF8427E"}},
                         "source":{"ip":"10.0.0.1"},"vendor":{"EventID":4688,"score":1.50,"admin":true},
                         "tocsin":{"customer":"forged"}}"""));
        index.put("event", Samples.event("logon", "acme", Samples.NOON.plusSeconds(60), """
                {"@timestamp":"2026-11-22T23:59:59.5+01:00","message":"An account failed to log on",
                 "user":{"name":"Ünal Ö","id":"S-1-5-18"},"source":{"ip":"10.1.2.30"},
                 "vendor":{"EventID":"4625","score":-3,"Logon Type":3,"a:b":"x"},"日本":"東京都"}"""));
        index.put("event", Samples.event("zeek", "umbrella", Samples.NOON.plusSeconds(120), """
                {"source":{"ip":"192.168.7.7"},"process":"zeek","dns":{"question":{"name":"evil.example.com"}},
                 "vendor":{"bytes":18446744073709551617},"time":"2026-01-05 08:00:00","empty":""}"""));
        index.put("alert", Samples.event("alert", "acme", Samples.NOON.plusSeconds(180), """
                {"rule":{"level":"high","title":"Encoded PowerShell","tags":["attack.t1059.001"]},
                 "events":["%s"]}""".formatted(Samples.id("shell"))));
        index.commit("index", Commit.NONE, index.opening());
    }

    @AfterAll
    static void close() throws Exception {
        index.close();
    }

    private static Set<String> names(SearchQuery query) {
        SearchResult result = index.search(query);
        Set<String> names = result.hits().stream().map(h -> NAMES.getOrDefault(h.id(), "?"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(result.total()).isEqualTo(result.hits().size()).isEqualTo(names.size());
        return names;
    }

    private static Set<String> names(String text) {
        return names(new SearchQuery(text, "any", null, null, null, 100));
    }

    static List<String> queries() {
        return List.of("  => alert logon shell zeek", "* => alert logon shell zeek", "*:* => alert logon shell zeek",
                // Values, whole and in part, in any case.
                "process.name:powershell.exe => shell", "process.name:PowerShell => shell",
                "PROCESS.name:powershell => shell", "process.name.keyword:powershell => ",
                "process.name.keyword:powershell.exe => shell",
                "process.hash.md5:d41d8cd98f00b204e9800998ecf8427e => shell",
                "vendor.EventID:4688 => shell", "vendor.EventID:4625 => logon",
                "vendor.EventID:(4688 OR 4625) => logon shell",
                "vendor.admin:true => shell", "rule.level:high => alert", "rule.tags:attack.t1059.001 => alert",
                "tocsin.customer:acme => alert logon shell", "tocsin.customer:forged => ",
                "tocsin.source:edr => alert logon shell zeek",
                "_kind:alert => alert", "_index:events-umbrella* => zeek", "_id:" + Samples.id("zeek") + " => zeek",
                "empty:\"\" => zeek", "user.id:S-1-5-18 => logon", "source.ip:10.0.0.1 => shell", "source.ip:0.0.1 => ",
                "vendor.score:1 => ",
                // Phrases.
                "message:\"failed to log\" => logon", "message:\"log failed\" => ", "message:\"failed log\"~2 => logon",
                "process.command_line:\"-nop -enc\" => shell", "process.args:\"nop w\" => ",
                "process.command_line:\"C:\\Windows\\System32\" => shell",
                "process.command_line:\"System32\\WindowsPowerShell\\p\" => ",
                // Wildcards.
                "process.name:power* => shell", "process.name:*shell.exe => shell",
                "process.name:p?wershell.exe => shell",
                "process.command_line:*\\System32\\\\*\\powershell.exe* => shell",
                "process.command_line:*system33* => ",
                "message:acc* => logon", "event.original:*\\dropper.* => shell",
                "event.original:*\\Temp\\drop* => shell",
                "process.name:/power(shell|point)\\.exe/ => shell", "process.name:/shell/ => ",
                "*dropper* => shell", "*evil.example* => zeek", "/evil\\..*/ => zeek", "power* => alert shell",
                // Ranges.
                "vendor.EventID:[4000 TO 4650] => logon", "vendor.EventID:{4625 TO 4688] => shell",
                "vendor.EventID:>=4625 => logon shell",
                "vendor.EventID:>4625 => shell", "vendor.EventID:<4688 => logon", "vendor.score:[-5 TO 0] => logon",
                "vendor.score:1.5 => shell", "vendor.score:1.500 => shell",
                "vendor.bytes:>18000000000000000000 => zeek",
                "vendor.bytes:18446744073709551617 => zeek", "process.pid:[* TO 5000} => shell",
                "@timestamp:2026-11-21 => shell", "@timestamp:[2026-11-21 TO 2026-11-22] => logon shell",
                "@timestamp:{2026-11-21 TO *] => logon", "@timestamp:>=2026-11-22T22:59:59Z => logon",
                "time:[2026-01-05T08:00:00Z TO 2026-01-05T08:00:00Z] => zeek",
                "@timestamp:[now-1d TO now] => logon shell",
                "source.ip:[10.0.0.0 TO 10.255.255.255] => logon shell", "source.ip:\"10.0.0.0/16\" => shell",
                "rule.level:[a TO i] => alert",
                // Free text.
                "alice => shell", "raw-only-word => shell", "evil.example.com => zeek", "4688 => shell", "東京 => logon",
                "ünal => logon",
                Samples.id("shell") + " => alert shell", "encoded powershell => alert", "nobody => ",
                // Boolean, existence, fuzzy, odd names.
                "alice OR zeek => shell zeek", "NOT process:* => alert logon",
                "-rule:* AND source.ip:10* => logon shell",
                "(NOT alice) AND (NOT rule.level:*) => logon zeek", "_exists_:rule.level => alert",
                "vendor.bytes:[* TO *] => zeek",
                "process.name:powershel.exe~1 => shell", "alise~1 => shell", "process:zeek => zeek",
                "vendor.Logon\\ Type:3 => logon", "vendor.a\\:b:x => logon", "日本:東京都 => logon");
    }

    @ParameterizedTest
    @MethodSource("queries")
    void findsExactly(String line) {
        String[] parts = line.split(" => ?", -1);
        Set<String> expected = new TreeSet<>(List.of(parts[1].split(" ")));
        expected.remove("");
        Instant now = Instant.parse("2026-11-22T23:00:00Z");
        assertThat(now).isAfter(Samples.NOON);
        if (parts[0].contains("now")) {
            assertThat(new QueryReader(now).read(parts[0])).hasToString(new QueryReader(now).read(
                    "@timestamp:[2026-11-21T23:00:00Z TO 2026-11-22T23:00:00Z]").toString());
            return;
        }
        assertThat(names(parts[0])).isEqualTo(expected);
    }

    @Test
    void filtersByKindCustomerAndTime() {
        assertThat(names(new SearchQuery("", "alert", null, null, null, 10))).containsExactly("alert");
        assertThat(names(new SearchQuery("", "event", null, null, null, 10))).containsExactly("logon", "shell", "zeek");
        assertThat(names(new SearchQuery("", "any", "umbrella", null, null, 10))).containsExactly("zeek");
        assertThat(names(new SearchQuery("", "any", "ACME", null, null, 10))).isEmpty();
        assertThat(names(new SearchQuery("source.ip:*", "any", "acme", null, null, 10))).containsExactly("logon",
                "shell");
        assertThat(names(new SearchQuery("", "any", null, Samples.NOON, Samples.NOON.plusSeconds(60), 10)))
                .containsExactly("shell");
        assertThat(names(new SearchQuery("", "any", null, Samples.NOON.plusSeconds(60), null, 10)))
                .containsExactly("alert", "logon", "zeek");
        assertThatThrownBy(() -> names(new SearchQuery("", "events", null, null, null, 10)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("\"events\"");
    }

    @Test
    void answersNewestFirstWithTheWholeTotal() {
        SearchResult result = index.search(new SearchQuery("*", "any", null, null, null, 2));
        assertThat(result.total()).isEqualTo(4);
        assertThat(result.hits()).extracting(h -> NAMES.get(h.id())).containsExactly("alert", "zeek");
        assertThat(result.hits().getFirst().time()).isEqualTo(Samples.NOON.plusSeconds(180));
    }

    @Test
    void returnsTheDocumentAsItCameWithTheEnvelopesWordOnWhoseItIs() {
        SearchResult.Hit hit = index.document(Samples.id("shell")).orElseThrow();
        assertThat(hit.kind()).isEqualTo("event");
        assertThat(hit.index()).isEqualTo("events-acme-2026.11.21");
        assertThat(hit.document().at("/process/name").asString()).isEqualTo("PowerShell.exe");
        assertThat(hit.document().get("tocsin").toString()).isEqualTo(
                "{\"customer\":\"acme\",\"id\":\"" + Samples.id("shell")
                        + "\",\"source\":\"edr\",\"origin\":\"north/n1/1/7\"}");
        assertThat(index.document(Samples.id("stranger"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"process.name:(a OR; 19; parentheses", "a AND; 6; follow", "say 'x; 0; x",
            "f:[1 5]; 6; TO", "ip:10.0.0.0/8; 14; quotation", "a:b:c; 4; quotation",
            "C:\\Windows\\x) y; 13; parentheses", "d:2026-01-01T10:00:00Z) y; 23; parentheses"})
    void saysWhereAQueryIsWrongAndWhatToDo(String query, int position, String hint) {
        if (position == 0) {
            assertThat(names(query)).isEmpty();
            return;
        }
        assertThatThrownBy(() -> names(query)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at character " + position + ":").hasMessageContaining(hint);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"open", "/open", "a:/((((/", "[1 TO 5]", "((((", "a^x", "a:\\", "~", "^",
            "a:/(a|b)*c{1000}{1000}/"})
    void refusesOtherNonsenseAsAUsersError(String query) {
        try {
            index.search(new SearchQuery(query, "any", null, null, null, 10));
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @Test
    void boundsTheQuery() {
        assertThatThrownBy(() -> names("(".repeat(4000) + "a" + ")".repeat(4000) + " AND")).isInstanceOf(
                IllegalArgumentException.class);
        assertThatThrownBy(() -> names("a".repeat(9000))).hasMessageContaining("at most 8192");
    }
}
