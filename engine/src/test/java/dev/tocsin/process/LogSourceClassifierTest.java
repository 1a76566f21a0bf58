package dev.tocsin.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogSourceClassifierTest {
    private final LogSourceClassifier builtIn = LogSourceClassifier.builtIn();

    private static LogSource in(LogSourceClassifier classifier, String json) {
        return classifier.classify(Json.read(json));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', nullValues = "none", value = {
            "{\"EventID\":13,\"Channel\":\"microsoft-windows-SYSMON/operational\"}~product=windows;category=registry_event,registry_set;service=sysmon",
            "{\"EventID\":\"12\",\"Channel\":\"Microsoft-Windows-Sysmon/Operational\",\"EventType\":\"DeleteValue\"}~product=windows;category=registry_event,registry_delete;service=sysmon",
            "{\"EventID\":12,\"Channel\":\"Microsoft-Windows-Sysmon/Operational\",\"EventType\":\"INFO\"}~product=windows;category=registry_event;service=sysmon",
            "{\"EventID\":4104,\"Channel\":\"PowerShellCore/Operational\"}~product=windows;category=ps_script;service=powershell",
            "{\"EventID\":1,\"Channel\":\"Whatever\"}~product=windows",
            "{\"EventID\":9,\"Channel\":\"Linux-Sysmon/Operational\"}~product=linux;category=raw_access_thread;service=sysmon",
            "{\"_path\":\"smb_files\"}~product=zeek;service=smb_files",
            "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\"}~product=kubernetes;category=application;service=audit",
            "{\"hello\":\"world\"}~none"})
    void builtInTableKnowsSigmasTaxonomy(String json, String expected) {
        assertThat(in(builtIn, json)).isEqualTo(expected == null ? LogSource.UNKNOWN : LogSource.parse(expected));
    }

    @Test
    void usersTablesComeFirstInTheirOrder(@TempDir Path folder) throws IOException {
        Path first = Files.writeString(folder.resolve("a.yml"), """
                - name: ours
                  when: {app: [shop*, "*mart"], removed: null, user.name: "*"}
                  product: shop
                  service_from: [area, zone]
                """);
        Path second = Files.writeString(folder.resolve("b.yml"), "- {when: {app: \"*\"}, category: application}\n");
        LogSourceClassifier classifier = LogSourceClassifier.of(List.of(first, second));
        assertThat(in(classifier, "{\"app\":\"SHOP-1\",\"user\":{\"name\":\"x\"},\"zone\":\"pay\"}"))
                .isEqualTo(new LogSource("shop", List.of(), "pay"));
        assertThat(in(classifier, "{\"app\":\"k-mart\",\"user.name\":\"x\"}"))
                .isEqualTo(new LogSource("shop", List.of(), null));
        assertThat(in(classifier, "{\"app\":\"shop\",\"removed\":1,\"user\":{\"name\":\"x\"}}"))
                .isEqualTo(new LogSource(null, List.of("application"), null));
        assertThat(in(classifier, "{\"_path\":\"dns\"}")).isEqualTo(new LogSource("zeek", List.of(), "dns"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', value = {"- {prodct: x}~mine.yml entry 1: there is no key \"prodct\"",
            "- {when: {$frmat: x}}~there is no $frmat", "- {when: [a]}~expected key: value pairs",
            "a: b~not a list of entries", "- {~not YAML", "- {switch: a}~switch and cases go together",
            "- {name: n, then: [{x: 1}]}~mine.yml entry 1 (n) entry 1: there is no key \"x\""})
    void brokenTablesSayWhereAndWhat(String yaml, String message) {
        assertThatThrownBy(() -> builtIn.extendedBy(yaml, "mine.yml")).isInstanceOf(TableException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aMissingFileIsNamed(@TempDir Path folder) {
        assertThatThrownBy(() -> LogSourceClassifier.of(List.of(folder.resolve("none.yml"))))
                .isInstanceOf(TableException.class).hasMessageContaining("none.yml");
    }
}
