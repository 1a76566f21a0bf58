package dev.tocsin.cli.rules;

import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import dev.tocsin.sigma.SigmaEngine;
import dev.tocsin.sigma.SigmaRule;
import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Gatherers;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Matches a file in batches on all processors and writes the results in the file's order; counts what happened. */
final class MatchRun {
    private static final int BATCH_LINES = 256;
    private static final int BATCH_BYTES = 4 << 20;
    private static final int SHOWN_BAD_MAX = 100;
    private static final long PROGRESS_NANOS = 250_000_000L;

    private final SigmaEngine engine;
    private final EventReader source;
    private final String file;
    private final Output output;
    private final boolean onTerminal;
    private long events;
    private long bad;
    private long matchedEvents;
    private long matches;
    private long shownAt = System.nanoTime();

    MatchRun(SigmaEngine engine, EventReader source, String file, Output output) {
        this.engine = engine;
        this.source = source;
        this.file = file;
        this.output = output;
        Console console = System.console();
        this.onTerminal = console != null && console.isTerminal();
    }

    /** What came of a batch; made by any thread, counted by one. */
    private record Result(List<String> lines, List<String> badLines, int events, int matches) {
    }

    void all(Lines lines, Writer writer) throws IOException {
        try {
            Stream.generate(() -> batch(lines)).takeWhile(batch -> !batch.isEmpty())
                    .gather(Gatherers.mapConcurrent(Runtime.getRuntime().availableProcessors(), this::match))
                    .forEachOrdered(result -> write(result, writer));
        } catch (UncheckedIOException e) {
            throw Objects.requireNonNull(e.getCause());
        }
        if (onTerminal) {
            output.progress("");
        }
        if (bad > SHOWN_BAD_MAX) {
            output.said(file + ": " + (bad - SHOWN_BAD_MAX) + " more bad lines");
        }
    }

    /** A file that breaks off is one bad line, after which it ends. */
    private List<Lines.Line> batch(Lines lines) {
        List<Lines.Line> batch = new ArrayList<>();
        int bytes = 0;
        try {
            while (batch.size() < BATCH_LINES && bytes < BATCH_BYTES) {
                Lines.Line line = lines.next();
                if (line == null) {
                    break;
                }
                batch.add(line);
                bytes += line.bytes().length;
            }
        } catch (IOException e) {
            bad++;
            output.said(file + ": the file breaks off: " + e);
        }
        return batch;
    }

    private Result match(List<Lines.Line> batch) {
        List<String> found = new ArrayList<>();
        List<String> badLines = new ArrayList<>();
        int read = 0;
        int pairs = 0;
        for (Lines.Line line : batch) {
            if (isBlank(line.bytes())) {
                continue;
            }
            read++;
            String trouble = line.cut() ? "longer than " + Json.DOCUMENT_BYTES_MAX + " bytes" : null;
            try {
                if (trouble == null) {
                    JsonNode event = Json.read(line.bytes());
                    if (event.isObject()) {
                        pairs += match(event, line.number(), found);
                    } else {
                        trouble = "not a JSON object";
                    }
                }
            } catch (JacksonException e) {
                trouble = "not JSON: " + e.getOriginalMessage();
            }
            if (trouble != null) {
                badLines.add(file + ":" + line.number() + ": " + trouble);
            }
        }
        return new Result(found, badLines, read, pairs);
    }

    private int match(JsonNode event, long number, List<String> found) {
        EventReader.Reading reading = source.read(event);
        LogSource from = reading.logSource();
        List<SigmaRule> rules = engine.match(reading.fields(), from.product(), from.category(), from.service());
        if (!rules.isEmpty()) {
            JsonNode id = event.get("_id");
            ObjectNode line = Json.object().put("event",
                    id == null || id.isNull() ? Long.toString(number) : id.asString());
            ArrayNode ids = line.putArray("rules");
            rules.stream().map(SigmaRule::id).distinct().sorted().forEach(ids::add);
            found.add(line.toString());
            return ids.size();
        }
        return 0;
    }

    private void write(Result result, Writer writer) {
        try {
            for (String line : result.lines()) {
                writer.write(line);
                writer.write('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (String line : result.badLines()) {
            if (++bad <= SHOWN_BAD_MAX) {
                output.said(line);
            }
        }
        events += result.events();
        matchedEvents += result.lines().size();
        matches += result.matches();
        if (onTerminal && System.nanoTime() - shownAt > PROGRESS_NANOS) {
            shownAt = System.nanoTime();
            output.progress(String.format(Locale.ROOT, "%,d events, %,d matches", events, matches));
        }
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }

    long events() {
        return events;
    }

    long bad() {
        return bad;
    }

    long matchedEvents() {
        return matchedEvents;
    }

    long matches() {
        return matches;
    }
}
