package dev.tocsin.cli;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Printable;
import dev.tocsin.log.StageStatus;
import dev.tocsin.log.StreamStatus;
import dev.tocsin.node.NodeApi;
import dev.tocsin.source.SourceStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** A node in tables, as {@code status} and {@code top} show it. */
final class StatusText {
    private final Terminal terminal;

    StatusText(Terminal terminal) {
        this.terminal = terminal;
    }

    List<String> lines(NodeApi.Status s) {
        List<String> lines = new ArrayList<>();
        Duration up = Duration.between(s.started(), terminal.clock().instant());
        lines.add(Printable.line(s.site() + "/" + s.node()) + "  "
                + (s.ready() ? terminal.paint("32", "ready") : terminal.paint("33", "not ready")) + "  up "
                + Amounts.duration(up.isNegative() ? Duration.ZERO : up) + "  epoch " + s.epoch() + "  version "
                + Printable.line(s.version()) + "  roles " + Printable.line(String.join(", ", s.roles())));
        lines.add("disk " + new ByteSize(s.diskUsedBytes()) + " of " + new ByteSize(s.diskMaxBytes()) + " ("
                + Amounts.percent(s.diskUsedBytes(), s.diskMaxBytes()) + ")  memory "
                + new ByteSize(s.memoryResidentBytes()) + "  rules " + Amounts.count(s.rulesLoaded())
                + (s.rulesRefused() > 0 ? terminal.paint("33", " (" + s.rulesRefused() + " refused)") : "")
                + "  alerts " + Amounts.count(s.alerts()));
        Table listeners = new Table("listener", "protocol", "address");
        s.listeners().forEach(l -> listeners.row(l.name(), l.protocol(), l.address()));
        add(lines, listeners);
        add(lines, sources(s.sources()));
        add(lines, stages(s.stages()));
        add(lines, streams(s.streams()));
        return lines;
    }

    /** What a person should look at, one sentence each. */
    static List<String> troubles(NodeApi.Status s) {
        List<String> troubles = new ArrayList<>();
        for (SourceStatus source : s.sources()) {
            if (source.state().equals("failing")) {
                troubles.add(Printable.line("source " + source.name() + " fails: " + source.error()));
            }
        }
        for (StageStatus stage : s.stages()) {
            if (stage.state().equals("failing") || stage.state().equals("stopped")) {
                troubles.add(Printable.line("stage " + stage.name() + " is " + stage.state()
                        + (stage.error().isEmpty() ? "" : ": " + stage.error())));
            }
        }
        return troubles;
    }

    private void add(List<String> lines, Table table) {
        if (!table.isEmpty()) {
            lines.add("");
            lines.addAll(table.lines(terminal));
        }
    }

    private static Table sources(List<SourceStatus> sources) {
        Table table = new Table("source", "type", "state", ">rate", ">received", ">durable", ">dead", ">lost",
                "address",
                "note");
        sources.forEach(s -> table.row(s.name(), s.type(), state(s.state()), Amounts.rate(s.perSecond()),
                Amounts.count(s.received()), Amounts.count(s.durable()), bad(s.dead()), bad(s.lost()), s.address(),
                s.error()));
        return table;
    }

    private static Table stages(List<StageStatus> stages) {
        Table table = new Table("stage", "state", ">rate", ">lag", ">in", ">made", ">out", ">dropped", ">dead", ">held",
                "note");
        inOrder(stages).forEach(
                s -> table.row(s.name(), state(s.state()), Amounts.rate(s.inPerSecond()), Amounts.count(s.lag()),
                        Amounts.count(s.in()), Amounts.count(s.made()), Amounts.count(s.out()), dropped(s.dropped()),
                        bad(s.dead()), bad(s.held()), s.error()));
        return table;
    }

    /** As an event goes through them; sinks come last. */
    static List<StageStatus> inOrder(List<StageStatus> stages) {
        List<String> way = List.of("collect", "replay", "process", "detect", "index");
        return stages.stream().sorted(Comparator
                .comparingInt((StageStatus s) -> way.contains(s.name()) ? way.indexOf(s.name()) : way.size())
                .thenComparing(StageStatus::name)).toList();
    }

    /** What is kept counts the log's own transaction marks too, so it is more than the events. */
    private static Table streams(List<StreamStatus> streams) {
        Table table = new Table("stream", ">partitions", ">records kept");
        streams.forEach(s -> table.row(s.name(), s.partitions(), Amounts.count(s.records())));
        return table;
    }

    static String dropped(Map<String, Long> byReason) {
        return Amounts.count(byReason.values().stream().mapToLong(Long::longValue).sum());
    }

    static Table.Cell bad(long count) {
        return new Table.Cell(Amounts.count(count), count > 0 ? "33" : "");
    }

    private static Table.Cell state(String state) {
        return new Table.Cell(state, switch (state) {
            case "running" -> "32";
            case "failing", "stopped" -> "31";
            default -> "33";
        });
    }
}
