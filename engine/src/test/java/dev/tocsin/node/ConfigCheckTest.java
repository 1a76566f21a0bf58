package dev.tocsin.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.config.Outcome;
import dev.tocsin.source.FileSourceConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The examples are good, and so is what their commented lines say. */
class ConfigCheckTest {
    private static final Path EXAMPLES = Path.of("../examples");

    @TempDir
    private Path directory;

    @TestFactory
    Stream<DynamicTest> everyExampleIsAccepted() throws IOException {
        List<Path> files = new ArrayList<>(List.of(EXAMPLES.resolve("tocsin.yaml")));
        try (Stream<Path> more = Files.list(EXAMPLES.resolve("config"))) {
            more.sorted().forEach(files::add);
        }
        assertThat(files).hasSizeGreaterThanOrEqualTo(5);
        return files.stream().map(file -> DynamicTest.dynamicTest(EXAMPLES.relativize(file).toString(),
                () -> assertThat(ConfigCheck.problems(ConfigCheck.read(file))).isEmpty()));
    }

    @Test
    void whatIsCommentedOutInTheFirstExampleIsGoodToo() throws IOException {
        String text = Files.readString(EXAMPLES.resolve("tocsin.yaml"));
        String more = text.replace("    # tokens:", "    tokens:")
                .replace("    #   - token: ${env:TOCSIN_INTAKE_TOKEN}",
                        "      - token: ${TOCSIN_INTAKE_TOKEN:-x}")
                .replace("    #     customer", "        customer")
                .replace("[rules]", "[" + EXAMPLES.resolve("rules").toAbsolutePath().normalize() + "]");
        Path file = Files.writeString(Files.createDirectory(directory.resolve("etc")).resolve("tocsin.yaml"), more);
        assertThat(ConfigCheck.problems(ConfigCheck.read(file))).isEmpty();
    }

    @Test
    void theFilesOnlyExampleOpensNoPortButThePage() {
        Outcome<TocsinConfig> read = ConfigCheck.read(EXAMPLES.resolve("config/files-only.yaml"));
        assertThat(read.value().orElseThrow().sources().values()).isNotEmpty()
                .allSatisfy(s -> assertThat(s).isInstanceOf(FileSourceConfig.class));
    }

    @Test
    void aZeekLoggerIsOpenToTheNetworkOnlyOnPurpose() throws IOException {
        String zeek = "sources: {zeek: {type: zeek, listen: '0.0.0.0:0'MORE}}";
        Path file = Files.writeString(directory.resolve("z.yaml"), zeek.replace("MORE", ""));
        assertThat(ConfigCheck.problems(ConfigCheck.read(file))).singleElement().asString()
                .contains("z.yaml:1:38", "other machines could reach 0.0.0.0:0 by ZeroMQ");
        Files.writeString(file, zeek.replace("MORE", ", plaintext: true"));
        assertThat(ConfigCheck.problems(ConfigCheck.read(file))).isEmpty();
        Files.writeString(file, zeek.replace("MORE", ", plaintext: true, cluster: {}"));
        assertThat(ConfigCheck.problems(ConfigCheck.read(file))).singleElement().asString()
                .contains("cluster wants topics, outgoing or both");
    }

    @Test
    void problemsComeInTheOrderOfTheFile() throws IOException {
        Path file = Files.writeString(directory.resolve("t.yaml"), """
                detect: {rules: [nothing]}
                process:
                  steps: [{drop: 'true'}]
                node: {data: t.yaml}
                log: {listen: '0.0.0.0:0'}
                """);
        assertThat(ConfigCheck.problems(ConfigCheck.read(file))).extracting(p -> p.where().replace(file + ":", ""))
                .containsExactly("1:18", "3:11", "4:14", "5:15");
    }
}
