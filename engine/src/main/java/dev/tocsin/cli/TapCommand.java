package dev.tocsin.cli;

import dev.tocsin.base.Printable;
import dev.tocsin.event.Json;
import dev.tocsin.log.Stream;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

@Command(name = "tap", description = "Shows the records of a stream as they are committed, from now on.", footer = {"",
        "On a terminal a line for each record; otherwise, or with -o json, the records as JSON lines.",
        "Examples:", "  tocsin tap", "  tocsin tap events --where powershell", "  tocsin tap --where '/T10[57]/'"})
final class TapCommand implements Callable<Integer> {
    private final Terminal terminal;
    @Mixin
    private final NodeOptions node;
    @Mixin
    private final OutputOption output = new OutputOption();

    @Parameters(index = "0", paramLabel = "STREAM", defaultValue = "alerts", converter = StreamConverter.class, description = "intake, events, matches, alerts, shadow, peer or dead (default: ${DEFAULT-VALUE}).")
    private Stream stream = Stream.ALERTS;

    @Option(names = "--where", paramLabel = "TEXT|/REGEX/", converter = WhereConverter.class, description = "Only records whose JSON contains the text, in any case, or matches the expression.")
    private Where where = _ -> true;

    @Option(names = "--limit", paramLabel = "N", description = "Stop after so many records (default: never).")
    private long limit;

    private long shown;

    TapCommand(Terminal terminal) {
        this.terminal = terminal;
        this.node = new NodeOptions(terminal);
    }

    interface Where extends Predicate<String> {
    }

    @Override
    public Integer call() {
        boolean json = output.format().map(f -> f == OutputOption.Format.JSON).orElse(!terminal.outInteractive());
        try (Client client = node.client()) {
            if (terminal.notesInteractive()) {
                terminal.note("waiting for " + stream.topic() + " of " + client.base() + "; Ctrl-C stops");
            }
            client.events("/api/v1/tap?stream=" + stream.topic(), (name, record) -> {
                if (name.equals("gap")) {
                    terminal.note("too fast for this tap; not shown: "
                            + Amounts.count(Json.read(record).path("missed").asLong(0)));
                } else if (where.test(record)) {
                    terminal.out().println(json ? record.replace('\n', ' ') : pretty(record));
                    shown++;
                }
                // A reader that went away, as `head` does, is a reason to stop.
                return (limit <= 0 || shown < limit) && !terminal.out().checkError();
            });
        }
        return Exit.OK;
    }

    private String pretty(String record) {
        try {
            JsonNode document = Json.read(record);
            EventLine line = EventLine.of(document, EventLine.kindOf(document));
            String who = String.join(" ", line.host(), line.user()).strip();
            return terminal.paint("2", Printable.line(line.time())) + "  "
                    + terminal.paint("36", Printable.clip(who, 60)) + "  " + Printable.clip(line.text(), 300);
        } catch (JacksonException _) {
            return Printable.clip(record, 300);
        }
    }

    static final class StreamConverter implements ITypeConverter<Stream> {
        @Override
        public Stream convert(String value) {
            try {
                return Stream.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    static final class WhereConverter implements ITypeConverter<Where> {
        @Override
        public Where convert(String value) {
            if (value.length() > 2 && value.startsWith("/") && value.endsWith("/")) {
                try {
                    Pattern pattern = Pattern.compile(value.substring(1, value.length() - 1));
                    return record -> pattern.matcher(record).find();
                } catch (PatternSyntaxException e) {
                    throw new TypeConversionException("not a regular expression: " + e.getMessage());
                }
            }
            String text = value.toLowerCase(Locale.ROOT);
            return record -> record.toLowerCase(Locale.ROOT).contains(text);
        }
    }
}
