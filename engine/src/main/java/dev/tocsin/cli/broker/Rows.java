package dev.tocsin.cli.broker;

import dev.tocsin.event.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The rows of a table in a file, one after the other, each as a JSON object: CSV (RFC 4180, the first line has the names,
 * every value is text) or JSON lines. One thread uses it.
 */
final class Rows {
    private static final int CELL_MAX = 1 << 20;

    private final BufferedReader in;
    private final boolean csv;
    private final List<String> names;
    private long line;

    /** @throws IllegalArgumentException when the header of CSV cannot be used */
    Rows(BufferedReader in, boolean csv) throws IOException {
        this.in = in;
        this.csv = csv;
        List<String> header = csv ? record() : List.of();
        this.names = header == null ? List.of() : header.stream().map(n -> n.replace("\uFEFF", "").strip()).toList();
        if (csv && (names.isEmpty() || names.stream().distinct().count() < names.size() || names.contains(""))) {
            throw new IllegalArgumentException("line 1: the first line has to name the columns, each another name");
        }
    }

    /** Of CSV. */
    List<String> names() {
        return names;
    }

    /** The line on which the last row ended. */
    long line() {
        return line;
    }

    /** @return null after the last. @throws IllegalArgumentException naming the line, when it is no row */
    @Nullable
    ObjectNode next() throws IOException {
        return csv ? nextRecord() : nextObject();
    }

    private @Nullable ObjectNode nextObject() throws IOException {
        for (String text = in.readLine(); text != null; text = in.readLine()) {
            line++;
            if (!text.isBlank()) {
                try {
                    JsonNode node = Json.read(text);
                    if (node instanceof ObjectNode object) {
                        return object;
                    }
                    throw wrong("not a JSON object");
                } catch (JacksonException e) {
                    throw wrong("not JSON: " + e.getOriginalMessage());
                }
            }
        }
        return null;
    }

    private @Nullable ObjectNode nextRecord() throws IOException {
        List<String> cells = record();
        while (cells != null && cells.size() == 1 && cells.getFirst().isEmpty()) {
            cells = record();
        }
        if (cells == null) {
            return null;
        }
        if (cells.size() != names.size()) {
            throw wrong(cells.size() + " values under " + names.size() + " names");
        }
        ObjectNode row = Json.object();
        for (int i = 0; i < cells.size(); i++) {
            row.put(names.get(i), cells.get(i));
        }
        return row;
    }

    /** One record, which may have line ends within quotes. */
    private @Nullable List<String> record() throws IOException {
        int c = in.read();
        if (c < 0) {
            return null;
        }
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        while (true) {
            if (c < 0 && quoted) {
                throw wrong("a quotation mark is not closed");
            }
            if (quoted && c == '"') {
                c = in.read();
                quoted = c == '"';
                if (quoted) {
                    cell.append('"');
                    c = in.read();
                }
                continue;
            }
            if (!quoted && (c == ',' || c == '\n' || c < 0)) {
                cells.add(text(cell, c != ','));
                cell.setLength(0);
                if (c != ',') {
                    line++;
                    return cells;
                }
            } else if (!quoted && c == '"' && cell.isEmpty()) {
                quoted = true;
            } else {
                line += quoted && c == '\n' ? 1 : 0;
                cell.append((char) c);
            }
            if (cell.length() > CELL_MAX) {
                throw wrong("a value has more than " + CELL_MAX + " characters; is a quotation mark missing?");
            }
            c = in.read();
        }
    }

    private static String text(StringBuilder cell, boolean last) {
        int end = cell.length();
        boolean carriage = last && end > 0 && cell.charAt(end - 1) == '\r';
        return cell.substring(0, carriage ? end - 1 : end);
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("line " + Math.max(1, line + (csv ? 1 : 0)) + ": " + what);
    }
}
