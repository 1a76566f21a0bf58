package dev.tocsin.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.Digest;
import dev.tocsin.event.EventId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private static EventId id(int n) {
        return Events.numbered(n).id();
    }

    private static Map<Ledger.Sum, Digest> sums(LedgerRow... rows) {
        Map<Ledger.Sum, Digest> sums = new HashMap<>();
        for (LedgerRow r : rows) {
            sums.merge(new Ledger.Sum(r.key().stage(), r.key().stream(), r.key().customer(), r.key().kind()),
                    r.digest(),
                    Digest::plus);
        }
        return sums;
    }

    private static LedgerRow row(String stage, String stream, String kind, int... ids) {
        Digest digest = Digest.EMPTY;
        for (int n : ids) {
            digest = digest.plus(Digest.of(id(n)));
        }
        return new LedgerRow(new LedgerRow.Key(stage, 0, "w", "r", stream, "acme", 1, kind), digest);
    }

    @Test
    void rowsReadBackFromTheirRecords() {
        LedgerBook book = new LedgerBook("process", "node-process-0");
        book.add("in", "intake", "acme", NOON, id(1));
        book.add("in", "intake", "acme", NOON.plusSeconds(30), id(2));
        book.add("dropped:duplicate", "intake", "acme", NOON.plusSeconds(61), id(3));
        Map<String, String> changes = LedgerBook.fromText(LedgerBook.toText(book.changes()));
        assertThat(changes).hasSize(2);
        changes.forEach((key, value) -> {
            LedgerRow row = LedgerRow.parse(key, value.getBytes(StandardCharsets.UTF_8));
            assertThat(row).isNotNull();
            assertThat(row.key().stage()).isEqualTo("process");
            if (row.key().kind().equals("in")) {
                assertThat(row.digest()).isEqualTo(Digest.of(id(1)).plus(Digest.of(id(2))));
            }
        });
        book.written();
        assertThat(book.changes()).isEmpty();
        assertThat(LedgerRow.parse("nonsense", new byte[0])).isNull();
        assertThat(LedgerRow.parse("a|0|b|c|d|e|1|in", "{".getBytes(StandardCharsets.UTF_8))).isNull();
    }

    @Test
    void aBalancedHouseIsCalledSo() {
        AuditReport report = Audit.of(sums(row("collect", "-", "in", 1, 2, 3), row("collect", "intake", "out", 1, 2, 3),
                row("process", "intake", "in", 1, 2, 3), row("process", "events", "out", 1, 2),
                row("process", "intake", "dropped:noise", 3), row("index", "events", "in", 1, 2),
                row("index", "-", "out", 1, 2)), Map.of(), false);
        assertThat(report.problems()).isEmpty();
        assertThat(report.verdict()).isEqualTo("balanced");
        assertThat(report.links()).allMatch(AuditReport.Link::equal).hasSize(2);
    }

    @Test
    void oneEventMissingInAStageIsFound() {
        AuditReport report = Audit
                .of(sums(row("process", "intake", "in", 1, 2, 3), row("process", "events", "out", 1, 2)), Map.of(),
                        false);
        assertThat(report.verdict()).isEqualTo("unbalanced");
        assertThat(report.problems()).singleElement().asString().contains("process").contains("difference 1");
    }

    @Test
    void asManyEventsButOthersIsFound() {
        AuditReport report = Audit
                .of(sums(row("process", "intake", "in", 1, 2), row("process", "events", "out", 1, 3)), Map.of(), false);
        assertThat(report.verdict()).isEqualTo("unbalanced");
        assertThat(report.problems()).singleElement().asString().contains("not the same ids");
        report = Audit.of(sums(row("collect", "-", "in", 1), row("collect", "intake", "out", 1),
                row("process", "intake", "in", 2), row("process", "events", "out", 2)), Map.of(), false);
        assertThat(report.problems()).singleElement().asString().contains("of other ids");
    }

    @Test
    void whatIsOnItsWayIsNotMissing() {
        AuditReport report = Audit.of(sums(row("collect", "-", "in", 1, 2), row("collect", "intake", "out", 1, 2),
                row("process", "intake", "in", 1), row("process", "events", "out", 1)), Map.of(), false);
        assertThat(report.verdict()).isEqualTo("in flight");
        assertThat(report.links()).singleElement().satisfies(l -> assertThat(l.inFlight()).isEqualTo(1));
    }

    @Test
    void aReaderThatReadTooMuchIsFound() {
        AuditReport report = Audit.of(sums(row("collect", "-", "in", 1), row("collect", "intake", "out", 1),
                row("process", "intake", "in", 1, 2), row("process", "events", "out", 1, 2)), Map.of(), false);
        assertThat(report.verdict()).isEqualTo("unbalanced");
    }

    @Test
    void aWriterThatReadsAgainAccusesNobody() {
        Map<Ledger.Sum, Digest> sums = sums(row("process", "intake", "in", 1, 2, 3),
                row("process", "intake", "dropped:duplicate", 1, 2), row("process", "events", "out", 3),
                row("detect", "events", "in", 1, 2, 3), row("detect", "-", "out", 1, 2, 3));
        assertThat(Audit.of(sums, Map.of("process", 1), false).problems()).isEmpty();
        assertThat(Audit.of(sums, Map.of(), false).problems()).hasSize(1);
    }

    @Test
    void aCustomersNameMayHaveWhatSeparatesTheParts() {
        for (String name : List.of("a|b", "50%", "%7C", "|")) {
            LedgerBook book = new LedgerBook("process", "w");
            book.add("in", "intake", name, NOON, id(1));
            book.changes().forEach((key, value) -> assertThat(
                    LedgerRow.parse(key, value.getBytes(StandardCharsets.UTF_8))).isNotNull()
                    .satisfies(row -> assertThat(row.key().customer()).isEqualTo(name)));
        }
    }

    @Test
    void nothingCountedProvesNothing() {
        assertThat(Audit.of(Map.of(), Map.of(), false).verdict()).isEqualTo("inconclusive");
    }
}
