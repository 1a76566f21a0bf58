package dev.tocsin.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.config.Outcome;
import dev.tocsin.fabric.FabricException;
import dev.tocsin.fabric.peer.NodeCertificates;
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

    private List<String> fabric(String settings) throws IOException {
        Path file = Files.writeString(directory.resolve("f.yaml"), "node: {name: n1, data: d}\nfabric:\n" + settings
                .indent(2));
        return ConfigCheck.problems(ConfigCheck.read(file)).stream().map(p -> p.toString().replace(file + ":", ""))
                .toList();
    }

    private boolean starts(String settings) throws IOException {
        fabric(settings);
        TocsinConfig config = ConfigCheck.read(directory.resolve("f.yaml")).value().orElseThrow();
        try (NodeFabric fabric = new NodeFabric("n1", config.fabric(), directory.resolve("spills"))) {
            fabric.start();
            return true;
        } catch (FabricException e) {
            assertThat(e).hasMessageContaining("there is no certificate");
            return false;
        }
    }

    /** What is refused here does not start, and what is accepted does. */
    @Test
    void aFabricThatIsOpenToTheNetworkWithoutCertificatesIsRefusedAsItsStartIs() throws Exception {
        Path layout = directory.resolve("layout.yaml");
        NodeCertificates.Pem pem = new NodeCertificates(directory.resolve("all.p12"), "n1").pem("n1", directory);
        String tls = "tls: {certificate: %s, key: %s, ca: %s}\n".formatted(pem.certificate(), pem.key(), pem.ca());
        record Case(String settings, String where) {
        }
        for (Case each : List.of(new Case("listen: 0.0.0.0:0", "3:11"), new Case("listen: '[::]:0'", "3:11"),
                new Case("layout: " + layout, "3:11"))) {
            Files.writeString(layout, "nodes: {n1: {type: manager, address: '0.0.0.0:0'}}");
            assertThat(fabric(each.settings)).as(each.settings).singleElement().asString().contains("E115", each.where,
                    "other machines could reach");
            assertThat(starts(each.settings)).as(each.settings).isFalse();
            assertThat(fabric(tls + each.settings)).as("with tls").isEmpty();
            assertThat(starts(tls + each.settings)).as("with tls").isTrue();
        }
        for (String settings : List.of("listen: 127.0.0.1:0", "listen: localhost:0", "layout: " + layout)) {
            Files.writeString(layout, "nodes: {n1: {type: manager, address: '127.0.0.1:0'}}");
            assertThat(fabric(settings)).as(settings).isEmpty();
            assertThat(starts(settings)).as(settings).isTrue();
        }
        Files.writeString(layout, "nodes: {n1: {type: manager, address: '0.0.0.0:0'}}");
        assertThat(fabric("listen: 127.0.0.1:0\nlayout: " + layout)).as("its own address goes first").isEmpty();
        assertThat(starts("listen: 127.0.0.1:0\nlayout: " + layout)).isTrue();
        assertThat(fabric("peers: ['127.0.0.1:9', '192.0.2.1:9']")).singleElement().asString().contains("3:26",
                "192.0.2.1:9 is not on this machine");
        assertThat(fabric(tls + "peers: ['192.0.2.1:9']")).isEmpty();
        assertThat(fabric("listen: 127.0.0.1:8080")).singleElement().asString().contains("E117", "web.listen");
    }

    @Test
    void whatFitsOnePolicyOnlyIsRefusedForOthers() throws IOException {
        assertThat(fabric("""
                policies:
                  - {topic: zeek/, policy: spill, memory: 16MiB, disk: 1GiB, patience: 30s}
                  - {topic: "", policy: block, patience: 0s}
                  - {topic: news/, policy: drop_oldest, memory: 1MiB}
                rights:
                  n2: {publish: zeek/, subscribe: [zeek/, news/]}
                  token: {publish: "", subscribe: ""}
                  "*": {subscribe: news/}
                """)).isEmpty();
        assertThat(fabric("""
                policies:
                  - {topic: a, policy: block, disk: 1GiB}
                  - {topic: b, policy: drop_oldest, patience: 1s}
                  - {topic: c, policy: spill, memory: 0}
                  - {topic: d, policy: keep}
                  - {policy: spill}
                """)).hasSize(5).satisfiesExactly(p -> assertThat(p).contains("4:39", "disk is for the policy spill"),
                p -> assertThat(p).contains("5:49", "patience is for the policies block and spill"),
                p -> assertThat(p).contains("6:41", "memory is at least a byte"),
                p -> assertThat(p).contains("7:26", "unknown value \"keep\""),
                p -> assertThat(p).contains("8:7", "\"topic\" is missing"));
        assertThat(fabric("policies: [{topic: a, policy: spill}, {topic: a, policy: block}]")).singleElement()
                .asString().contains("3:13", "two entries for the topic \"a\"");
        assertThat(fabric("rights: {n2: {publish: [" + "x".repeat(70_000) + "]}}")).singleElement().asString().contains(
                "a topic has at most");
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
