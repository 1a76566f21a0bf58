package dev.tocsin.cli.broker;

import dev.tocsin.base.Printable;
import dev.tocsin.cli.Amounts;
import dev.tocsin.cli.Client;
import dev.tocsin.cli.Exit;
import dev.tocsin.cli.Failure;
import dev.tocsin.cli.Progress;
import dev.tocsin.cli.Terminal;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.event.Json;
import dev.tocsin.fabric.data.Address;
import dev.tocsin.fabric.data.PlainJson;
import dev.tocsin.fabric.data.Subnet;
import dev.tocsin.fabric.data.Value;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code tocsin broker store load}. */
@Command(name = "load", description = "Puts the rows of a file into a store, as tables of assets or of threat intelligence.", footer = {
        "",
        "CSV with the names of the columns in its first line, or JSON lines (.jsonl, .ndjson); .gz as well. The key is one",
        "column, the value a table of the others, or with --value one column alone. What the file does not name stays.",
        "Loading again is harmless. Examples:", "  tocsin broker store load assets assets.csv --key ip",
        "  tocsin broker store load networks networks.csv --keys subnet",
        "  tocsin broker store load intel bad-domains.jsonl --key domain --keys domain --expiry 7d"})
final class StoreLoadCommand extends StoreCall implements Callable<Integer> {
    /** Below what a node takes as one body. */
    private static final long BATCH_BYTES = 512 * 1024;
    private static final int BATCH_ROWS = 1_000;

    @Parameters(index = "1", paramLabel = "FILE", description = "The file; - for standard input, which is JSON lines unless --csv is given.")
    private Path file = Path.of("");

    @Option(names = "--key", paramLabel = "COLUMN", description = "Which column is the key (default: the first; \"key\" of JSON lines).")
    private @Nullable String key;

    @Option(names = "--value", paramLabel = "COLUMN", description = "Which column is the value (default: a table of all the others).")
    private @Nullable String value;

    @Option(names = "--keys", defaultValue = "text", paramLabel = "text|address|subnet|domain", description = "What the keys are: brings them into the form in which lookups find them, and refuses others (default: ${DEFAULT-VALUE}, as they are).")
    private Keys keys = Keys.TEXT;

    @Option(names = "--expiry", paramLabel = "TIME", description = "The keys go after so long unless they are loaded again.")
    private @Nullable String expiry;

    @Option(names = "--csv", description = "It is CSV, whatever it is called.")
    private boolean csv;

    private long loaded;

    /** What a key can be. */
    enum Keys {
        TEXT,
        ADDRESS,
        SUBNET,
        DOMAIN;

        Optional<String> canonical(String text) {
            return switch (this) {
                case TEXT -> Optional.of(text);
                case ADDRESS -> Address.parse(text).map(Address::toString);
                case SUBNET -> Subnet.parse(text).map(Subnet::toString)
                        .or(() -> Address.parse(text).map(Address::toString));
                case DOMAIN -> text.contains(" ") || text.isEmpty()
                        ? Optional.empty()
                        : Optional.of(text.toLowerCase(Locale.ROOT).replaceFirst("\\.$", ""));
            };
        }
    }

    StoreLoadCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        try (Client client = client();
                BufferedReader in = new BufferedReader(new InputStreamReader(open(), StandardCharsets.UTF_8))) {
            Rows rows = new Rows(in, csv || name().endsWith(".csv") || name().endsWith(".csv.gz"));
            try (Progress progress = new Progress(terminal, "load", "rows", lines())) {
                load(client, rows, progress);
            }
        } catch (IOException e) {
            throw new Failure(Exit.USAGE, ProblemCode.UNREADABLE.problem("", file + " cannot be read: " + e
                    .getMessage(), ""));
        } catch (IllegalArgumentException e) {
            throw new Failure(Exit.PROBLEMS, ProblemCode.VALUE.problem("", file + ", " + e.getMessage(),
                    Amounts.count(loaded) + " rows before it are loaded; mend the file and load it again"));
        }
        if (output.isJson()) {
            terminal.out().println(Json.object().put("loaded", loaded));
        }
        return Exit.OK;
    }

    private void load(Client client, Rows rows, Progress progress) throws IOException {
        String keyName = key != null ? key : rows.names().isEmpty() ? "key" : rows.names().getFirst();
        ArrayNode batch = Json.mapper().createArrayNode();
        long bytes = 0;
        for (ObjectNode row = rows.next(); row != null; row = rows.next()) {
            ObjectNode entry = entry(row, keyName, rows.line());
            batch.add(entry);
            bytes += Json.write(entry).length;
            if (batch.size() >= BATCH_ROWS || bytes > BATCH_BYTES) {
                send(client, batch);
                progress.update(loaded);
                batch = Json.mapper().createArrayNode();
                bytes = 0;
            }
        }
        if (!batch.isEmpty()) {
            send(client, batch);
        }
        progress.update(loaded);
    }

    private ObjectNode entry(ObjectNode row, String keyName, long line) {
        JsonNode named = row.remove(keyName);
        if (named == null || named.isNull()) {
            throw new IllegalArgumentException(
                    "line " + line + ": there is no \"" + keyName + "\"; --key says which column it is");
        }
        ObjectNode entry = Json.object();
        if (keys == Keys.TEXT) {
            entry.set("key", typed(PlainJson.read(named)));
        } else {
            String text = keys.canonical(named.asString("").strip()).orElseThrow(() -> new IllegalArgumentException(
                    "line " + line + ": \"" + Printable.clip(named.asString(""), 100) + "\" is no " + keys.name()
                            .toLowerCase(Locale.ROOT)));
            entry.set("key", typed(Value.of(text)));
        }
        JsonNode what = value == null ? row : row.get(value);
        if (what == null) {
            throw new IllegalArgumentException("line " + line + ": there is no \"" + value + "\"");
        }
        entry.set("value", typed(PlainJson.read(what)));
        return entry;
    }

    private void send(Client client, ArrayNode batch) {
        ObjectNode body = Json.object().put("timeout", timeout);
        if (expiry != null) {
            body.put("expiry", expiry);
        }
        body.set("entries", batch);
        client.post(path("/load"), body);
        loaded += batch.size();
    }

    private String name() {
        return file.toString().toLowerCase(Locale.ROOT);
    }

    private InputStream open() throws IOException {
        InputStream in = name().equals("-") ? terminal.in() : Files.newInputStream(file);
        return name().endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in;
    }

    /** About so many rows; 0 when nobody knows. */
    private long lines() throws IOException {
        if (name().equals("-") || name().endsWith(".gz")) {
            return 0;
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] block = new byte[1 << 16];
            long ends = 0;
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                for (int i = 0; i < n; i++) {
                    ends += block[i] == '\n' ? 1 : 0;
                }
            }
            return ends;
        }
    }
}
