package dev.tocsin.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventIdTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void theSameEventHasTheSameIdEverywhere() {
        // Fixed values: an id that changed with a version would double every event across an upgrade.
        assertThat(EventId.ofVendor("acme", "halo", "e-1")).hasToString("1f79f3cc1f94ef178c4b6ef550199e56")
                .isEqualTo(EventId.ofVendor("acme", "halo", "e-1"));
    }

    @Test
    void partsAreNotRunTogether() {
        assertThat(EventId.ofVendor("ab", "c", "d")).isNotEqualTo(EventId.ofVendor("a", "bc", "d"));
        assertThat(EventId.ofVendor("a", "b", "cd")).isNotEqualTo(EventId.ofContent("a", "b", bytes("cd"), 0));
        assertThat(EventId.ofContent("a", "b", bytes("c"), 0)).isNotEqualTo(EventId.ofContent("a", "b", bytes("c"), 1));
    }

    @Test
    void anAlertIsTheSameWhicheverEventCameFirst() {
        EventId one = EventId.ofVendor("a", "b", "1");
        EventId two = EventId.ofVendor("a", "b", "2");
        assertThat(EventId.ofAlert("rule", List.of(one, two))).isEqualTo(EventId.ofAlert("rule", List.of(two, one)))
                .isNotEqualTo(EventId.ofAlert("rule", List.of(one)))
                .isNotEqualTo(EventId.ofAlert("other", List.of(one, two)));
    }

    @Test
    void textFormReadsBack() {
        EventId id = new EventId(-1, 255);
        assertThat(id).hasToString("ffffffffffffffff00000000000000ff");
        assertThat(EventId.parse(id.toString())).isEqualTo(id);
        assertThatThrownBy(() -> EventId.parse("12")).hasMessageContaining("32 hexadecimal digits");
        assertThatThrownBy(() -> EventId.parse("z".repeat(32))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void digestsAddUpInAnyOrderAndShowWhatIsMissing() {
        EventId a = EventId.ofVendor("a", "b", "1");
        EventId b = EventId.ofVendor("a", "b", "2");
        Digest both = Digest.of(a).plus(Digest.of(b));
        assertThat(Digest.of(b).plus(Digest.of(a))).isEqualTo(both);
        assertThat(both.minus(Digest.of(b))).isEqualTo(Digest.of(a));
        assertThat(Digest.of(a).plus(Digest.of(a))).isNotEqualTo(both);
        Digest.Adder adder = new Digest.Adder();
        adder.add(b);
        adder.add(a);
        assertThat(adder.digest()).isEqualTo(both);
    }

    @Test
    void envelopesReadBack() {
        Origin origin = new Origin("site", "node", 7, 42);
        assertThat(Origin.parse(origin.toString())).isEqualTo(origin);
        assertThatThrownBy(() -> new Origin("a/b", "n", 1, 1)).hasMessageContaining("without a slash");
        LogSource source = new LogSource("windows", List.of("registry_event", "registry_set"), "sysmon");
        assertThat(source).hasToString("product=windows;category=registry_event,registry_set;service=sysmon");
        assertThat(LogSource.parse(source.toString())).isEqualTo(source);
        assertThat(LogSource.parse("")).isEqualTo(LogSource.UNKNOWN);
    }
}
