package dev.tocsin.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The reference page names everything that can happen. */
class FabricPagesTest {
    private static String page() throws Exception {
        Path here = Path.of("").toAbsolutePath();
        Path root = Files.isDirectory(here.resolve("docs")) ? here : here.getParent();
        return Files.readString(root.resolve("docs/reference/fabric.md"));
    }

    @Test
    void allPoliciesAnswersAndStatusCodesAreOnThePage() throws Exception {
        List<String> rows = page().lines().filter(l -> l.startsWith("| `")).toList();
        List<String> names = Stream.concat(Stream.of(Policy.Full.values()), Stream.of(Published.values())).map(e -> e
                .name().toLowerCase(Locale.ROOT)).toList();
        assertThat(names).allSatisfy(n -> assertThat(rows).anyMatch(r -> r.startsWith("| `" + n + "`")));
        for (Status.Code code : Status.Code.values()) {
            assertThat(rows).anyMatch(r -> r.startsWith("| `" + code.text() + "` | " + (code.isError() ? "yes" : "|")));
        }
    }
}
