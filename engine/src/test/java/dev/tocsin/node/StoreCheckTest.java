package dev.tocsin.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.base.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with stores and lookups is said before the start, with its place and what to do. */
class StoreCheckTest {
    @TempDir
    Path directory;

    private List<String> problems(String yaml) throws IOException {
        Path file = Files.writeString(directory.resolve("t.yaml"), "node: {data: data}\nsources: {}\n" + yaml);
        return ConfigCheck.problems(ConfigCheck.read(file)).stream().filter(p -> p.code().startsWith("E"))
                .map(StoreCheckTest::text).toList();
    }

    private static String text(Problem p) {
        return p.code() + " " + p.where().replaceFirst(".*t\\.yaml:", "") + " " + p.what() + "; " + p.hint();
    }

    @Test
    void aLookupWithoutItsStoreSaysWhichThereAre() throws IOException {
        assertThat(problems("process: {steps: [lookup: {store: assets, key: a, into: b}]}\n")).containsExactly(
                "E108 3:35 there is no store \"assets\"; add it to fabric.stores");
        assertThat(
                problems("fabric: {stores: {assets: {}}}\nprocess: {steps: [lookup: {store: asets, key: a, into: b}]}"))
                .singleElement().asString()
                .startsWith("E108 4:35 there is no store \"asets\"; did you mean \"assets\"?");
        assertThat(problems("fabric: {listen: '127.0.0.1:0', stores: {assets: {role: client}}}\n"
                + "process: {steps: [lookup: {store: assets, key: a, into: b}]}")).containsExactly(
                        "E112 4:35 this node has no copy of the store \"assets\": its role is client; lookups read a"
                                + " copy at this node; let the role be auto or clone");
    }

    @Test
    void aConnectorHasNoStores() {
        assertThat(ConnectorCheck.parse("""
                sources: {a: {type: api, definition: halo, url: 'http://127.0.0.1:1/'}}
                process: {steps: [lookup: {store: assets, key: a, into: b}]}
                """, "c.yaml").problems()).anySatisfy(p -> assertThat(p.hint()).isEqualTo(
                "a connector has no stores; lookups need a node, `tocsin run`"));
    }

    @Test
    void aFileThatIsNoStoresIsLeftAlone() throws IOException {
        Files.createDirectories(directory.resolve("data/stores"));
        Files.writeString(directory.resolve("data/epoch"), "1");
        Files.writeString(directory.resolve("data/stores/a.db"), "diary");
        assertThat(problems("fabric: {stores: {a: {backend: sqlite}}}\n")).singleElement().asString().startsWith(
                "E118 3:").endsWith("a.db is not a store's file; move it away, or give the store another name");
        assertThat(problems("fabric: {stores: {a: {}}}\n")).isEmpty();
    }
}
