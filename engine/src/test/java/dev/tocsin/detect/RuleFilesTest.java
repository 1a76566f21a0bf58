package dev.tocsin.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuleFilesTest {
    @TempDir
    Path dir;

    private Path rules(String name, String text) throws IOException {
        Path root = dir.resolve(name);
        Files.createDirectories(root.resolve("win/.git"));
        Files.writeString(root.resolve("a.yml"), text);
        Files.writeString(root.resolve("win/b.yaml"), "b");
        return root;
    }

    @Test
    void isTheSameWhereverTheFilesLieAndOtherwiseWhenTheyDiffer() throws IOException {
        String first = RuleFiles.digest(List.of(rules("one", "a")), List.of());
        assertThat(first).matches("[0-9a-f]{32}").isEqualTo(RuleFiles.digest(List.of(rules("two", "a")), List.of()));
        assertThat(first).isNotEqualTo(RuleFiles.digest(List.of(rules("three", "A")), List.of()));
    }

    @Test
    void countsWhatTheLoaderReadsAndTheMappingButNotTests() throws IOException {
        Path root = rules("one", "a");
        String before = RuleFiles.digest(List.of(root), List.of());
        Files.writeString(root.resolve("a.test.yml"), "t");
        Files.writeString(root.resolve("win/.git/c.yml"), "g");
        Files.writeString(root.resolve("README.md"), "r");
        assertThat(RuleFiles.digest(List.of(root), List.of())).isEqualTo(before);
        Path mapping = Files.writeString(dir.resolve("map.yml"), "m");
        assertThat(RuleFiles.digest(List.of(root), List.of(mapping))).isNotEqualTo(before);
        Files.writeString(root.resolve("win/d.yml"), "d");
        assertThat(RuleFiles.digest(List.of(root), List.of())).isNotEqualTo(before);
    }
}
