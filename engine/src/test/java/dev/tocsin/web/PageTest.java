package dev.tocsin.web;

import dev.tocsin.node.WebConfig;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.base.Endpoint;
import dev.tocsin.config.Secret;
import dev.tocsin.health.Checks;
import java.net.URISyntaxException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the sources of the page promise: no markup out of data, nothing inline, nothing from elsewhere, all there. */
class PageTest {
    private static final Pattern REFERENCE = Pattern.compile("(?:href|src)=\"/([\\w.]+)\"|from '\\./([\\w.]+)'");

    private static List<Path> sources() throws Exception {
        try (var files = Files.list(directory())) {
            return files.sorted().toList();
        }
    }

    private static Path directory() throws URISyntaxException {
        return Path.of(Objects.requireNonNull(PageTest.class.getResource("/web")).toURI());
    }

    @Test
    void no_source_makes_markup_or_code_of_text() throws Exception {
        for (Path source : sources()) {
            String text = Files.readString(source).replaceAll("(?m)^\\s*//.*$", "");
            assertThat(text).as(source.toString()).doesNotContainPattern(
                    "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\(|new Function|srcdoc|setHTML");
        }
    }

    @Test
    void nothing_is_inline_and_nothing_comes_from_elsewhere() throws Exception {
        assertThat(Files.readString(directory().resolve("index.html")))
                .doesNotContainPattern("(?i)\\son\\w+=|\\sstyle=|<style|<script(?![^>]*\\ssrc=)");
        for (Path source : sources()) {
            assertThat(Files.readString(source).replace("http://www.w3.org/2000/svg", "")).as(source.toString())
                    .doesNotContainPattern("https?://\\w|@import|url\\(");
        }
    }

    @Test
    void every_file_that_the_page_names_is_served_with_a_type_that_a_strict_browser_takes() throws Exception {
        try (WebServer server = new WebServer(FakeNode.empty(), new Checks(),
                WebConfig.at(new Endpoint("127.0.0.1", 0)), new Secret("0123456789abcdef-token"))) {
            Client client = Client.of(server.start());
            Set<String> seen = new HashSet<>();
            Queue<String> names = new ArrayDeque<>(List.of("index.html"));
            while (!names.isEmpty()) {
                String name = names.remove();
                if (seen.add(name)) {
                    HttpResponse<String> file = client.get("/" + name);
                    assertThat(file.statusCode()).as(name).isEqualTo(200);
                    assertThat(file.headers().firstValue("Content-Type")).as(name).get().asString()
                            .startsWith(type(name));
                    REFERENCE.matcher(file.body()).results().map(PageTest::referred).forEach(names::add);
                }
            }
            assertThat(seen).containsExactlyInAnyOrderElementsOf(
                    sources().stream().map(p -> p.getFileName().toString()).toList());
        }
    }

    private static String referred(MatchResult match) {
        return match.group(1) != null ? match.group(1) : match.group(2);
    }

    private static String type(String name) {
        return switch (name.substring(name.lastIndexOf('.'))) {
            case ".html" -> "text/html";
            case ".css" -> "text/css";
            case ".js" -> "text/javascript";
            case ".svg" -> "image/svg+xml";
            default -> "a type that this test knows, not that of " + name;
        };
    }
}
