package dev.tocsin.cli;

import dev.tocsin.base.Printable;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.event.Json;
import dev.tocsin.fabric.data.EventCall;
import dev.tocsin.fabric.data.JsonException;
import dev.tocsin.fabric.data.JsonValues;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.log.Stream;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

@Command(name = "tap", description = "Shows the records of a stream as they are committed, or messages of the fabric by topic, from now on.", footer = {
        "", "On a terminal a line for each record; otherwise, or with -o json, the records as JSON lines.",
        "Examples:", "  tocsin tap", "  tocsin tap events --where powershell", "  tocsin tap --where '/T10[57]/'",
        "  tocsin tap --all events", "  tocsin tap topic tocsin/cluster/"})
final class TapCommand implements Callable<Integer> {
    private final Terminal terminal;
    @Mixin
    private final NodeOptions node;
    @Mixin
    private final OutputOption output = new OutputOption();

    @Parameters(index = "0", paramLabel = "STREAM", defaultValue = "alerts", description = "intake, events, matches, alerts, shadow, peer or dead (default: ${DEFAULT-VALUE}); or topic.")
    private String what = "alerts";

    @Parameters(index = "1", arity = "0..1", paramLabel = "PREFIX", description = "After topic: how the topics begin; '' for all.")
    private @Nullable String prefix;

    @Option(names = "--all", description = "The stream at all nodes that the fabric reaches, each record with its node.")
    private boolean all;

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
        String path = path();
        boolean json = output.format().map(f -> f == OutputOption.Format.JSON).orElse(!terminal.outInteractive());
        try (Client client = node.client()) {
            if (terminal.notesInteractive()) {
                terminal.note("waiting for " + (prefix == null ? what : "messages on \"" + prefix + "\"")
                        + (all ? " of all nodes that " + client.base() + " reaches" : " of " + client.base())
                        + "; Ctrl-C stops");
            }
            client.events(path, (name, record) -> {
                if (name.equals("gap")) {
                    terminal.note(missed(Json.read(record)));
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

    private String path() {
        boolean topic = what.equals("topic");
        if (topic != (prefix != null) || topic && all) {
            throw Failure.of(Exit.USAGE, ProblemCode.UNKNOWN_CHOICE, topic
                    ? all ? "topics are not of one node; --all is for streams" : "topic needs how the topics begin"
                    : "\"" + prefix + "\" is too much: a stream has no topic",
                    "`tocsin tap topic tocsin/` shows messages, `tocsin tap events` the records of a stream");
        }
        if (prefix != null) {
            return "/api/v1/tap?topic=" + Client.escape(prefix);
        }
        try {
            return "/api/v1/tap?stream=" + Stream.parse(what).topic() + (all ? "&all=true" : "");
        } catch (IllegalArgumentException e) {
            throw Failure.of(Exit.USAGE, ProblemCode.UNKNOWN_CHOICE, String.valueOf(e.getMessage()),
                    "`topic PREFIX` shows messages of the fabric instead");
        }
    }

    private String missed(JsonNode gap) {
        String count = Amounts.count(gap.path("missed").asLong(0));
        String of = gap.path("node").asString(gap.path("topic").asString(""));
        return all || prefix != null
                ? "… " + count + " not shown" + (of.isEmpty() ? "" : " of " + Printable.clip(of, 200))
                : "too fast for this tap; not shown: " + count;
    }

    private String pretty(String record) {
        try {
            JsonNode document = Json.read(record);
            if (prefix != null) {
                return message(document);
            }
            return all
                    ? terminal.paint("33", Printable.clip(document.path("node").asString(""), 60)) + "  " + line(
                            document.path("record"))
                    : line(document);
        } catch (JacksonException _) {
            return Printable.clip(record, 300);
        }
    }

    private String message(JsonNode document) {
        String text;
        try {
            Value value = JsonValues.read(Json.write(document));
            text = EventCall.from(value).map(c -> c.name() + c.args().stream().map(Value::toString).collect(Collectors
                    .joining(", ", "(", ")"))).orElseGet(value::toString);
        } catch (JsonException _) {
            text = document.toString();
        }
        return terminal.paint("36", Printable.line(document.path("topic").asString(""))) + "  " + Printable.clip(text,
                500);
    }

    private String line(JsonNode document) {
        EventLine line = EventLine.of(document, EventLine.kindOf(document));
        String who = String.join(" ", line.host(), line.user()).strip();
        return terminal.paint("2", Printable.line(line.time())) + "  "
                + terminal.paint("36", Printable.clip(who, 60)) + "  " + Printable.clip(line.text(), 300);
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
