package dev.tocsin.sigma.correlate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GroupCodecTest {
    private static final List<@Nullable String> TEXTS = Arrays.asList("", "alice", "J\u00f6rg", "\u5f20\u4f1f", null,
            "lone \ud800 surrogate", "emoji \ud83d\ude00", "x".repeat(70_000), "\u00ff\u0100", "\0");

    private final RecordWriter writer = new RecordWriter();

    @Test
    void anyTextComesBackAsItWas() {
        byte[] record = GroupCodec.empty(new GroupKey("customer", TEXTS), writer);
        for (int i = 0; i < TEXTS.size(); i++) {
            record = GroupCodec.with(record,
                    new Entry(-i, i * 100, -1L - i, i, TEXTS.get(i), TEXTS.subList(0, i), i * 1000),
                    writer);
        }
        assertThat(GroupCodec.key(record).values()).isEqualTo(TEXTS);
        assertThat(GroupCodec.key(record).customer()).isEqualTo("customer");
        assertThat(GroupCodec.count(record)).isEqualTo(TEXTS.size());
        List<Entry> entries = GroupCodec.entries(record);
        assertThat(entries).hasSize(TEXTS.size());
        for (int i = 0; i < TEXTS.size(); i++) {
            Entry entry = entries.get(i);
            assertThat(entry.time).isEqualTo(-i);
            assertThat(entry.rule).isEqualTo(i * 100);
            assertThat(entry.id()).isEqualTo(new MatchId(-1L - i, i));
            assertThat(entry.value).isEqualTo(TEXTS.get(i));
            assertThat(entry.carried).isEqualTo(TEXTS.subList(0, i));
            assertThat(entry.stamp).isEqualTo(i * 1000);
        }
    }

    @Test
    void aRecordIsOfItsOwnKeyOnly() {
        List<GroupKey> keys = List.of(new GroupKey("c", TEXTS), new GroupKey("c", TEXTS.subList(0, 5)),
                new GroupKey("c", List.of("alice")), new GroupKey("d", List.of("alice")),
                new GroupKey("c", List.of("Alice")), new GroupKey("c", List.of("alice", "")),
                new GroupKey("c", Arrays.asList("alice", null)), new GroupKey("c", List.of()),
                new GroupKey("c", List.of("\u5f20")), new GroupKey("c", List.of("\u4f20")),
                new GroupKey("c", List.of("\u00e4")), new GroupKey("c", List.of("\u01e4")));
        for (GroupKey of : keys) {
            byte[] record = GroupCodec.empty(of, writer);
            for (GroupKey key : keys) {
                assertThat(GroupCodec.isOf(record, key)).as("%s in the record of %s", key, of).isEqualTo(key == of);
            }
        }
    }

    @Test
    void damageAndOtherVersionsAreSaid() {
        byte[] record = GroupCodec.with(GroupCodec.empty(new GroupKey("c", List.of("alice")), writer),
                new Entry(1, 2, 3, 4, "value", List.of("carried"), 5), writer);
        GroupCodec.check(record);
        for (int length = 5; length < record.length; length++) {
            byte[] torn = Arrays.copyOf(record, length);
            assertThatThrownBy(() -> GroupCodec.entries(torn)).hasMessageContaining("damaged");
        }
        record[0] = 1;
        assertThatThrownBy(() -> GroupCodec.check(record)).hasMessageContaining("format 1");
        assertThatThrownBy(() -> GroupCodec.check(new byte[0])).hasMessageContaining("format 0");
    }
}
