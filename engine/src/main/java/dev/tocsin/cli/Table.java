package dev.tocsin.cli;

import dev.tocsin.base.Printable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Columns in line. A header that begins with {@code >} stands over numbers, which are set to the right. What comes
 * from outside is made printable here.
 */
public final class Table {
    private static final int CELL_MAX = 400;

    private final List<String> headers;
    private final List<Boolean> right;
    private final List<List<Cell>> rows = new ArrayList<>();

    /**
     * What stands in one place of the table.
     *
     * @param shade ANSI code such as {@code 31}, or empty
     */
    public record Cell(String text, String shade) {
        public Cell {
            text = Printable.clip(text, CELL_MAX);
        }
    }

    public Table(String... headers) {
        this.headers = Arrays.stream(headers).map(h -> h.startsWith(">") ? h.substring(1) : h).toList();
        this.right = Arrays.stream(headers).map(h -> h.startsWith(">")).toList();
    }

    /**
     * Adds a line.
     *
     * @param cells as many as there are headers; a {@link Cell}, or anything that has a text
     */
    public Table row(Object... cells) {
        if (cells.length != headers.size()) {
            throw new IllegalArgumentException(cells.length + " cells under " + headers.size() + " headers");
        }
        rows.add(Arrays.stream(cells).map(c -> c instanceof Cell cell ? cell : new Cell(String.valueOf(c), ""))
                .toList());
        return this;
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    public void print(Terminal terminal) {
        lines(terminal).forEach(terminal.out()::println);
    }

    /** The header and a line for each row; nothing stands to the right of a line's last character. */
    public List<String> lines(Terminal terminal) {
        int[] widths = new int[headers.size()];
        for (int i = 0; i < widths.length; i++) {
            int column = i;
            widths[i] = Math.max(length(headers.get(i)),
                    rows.stream().mapToInt(r -> length(r.get(column).text)).max().orElse(0));
        }
        List<String> lines = new ArrayList<>();
        lines.add(line(headers.stream().map(h -> new Cell(h, "2")).toList(), widths, terminal));
        rows.forEach(r -> lines.add(line(r, widths, terminal)));
        return lines;
    }

    private String line(List<Cell> cells, int[] widths, Terminal terminal) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            Cell cell = cells.get(i);
            String gap = " ".repeat(widths[i] - length(cell.text));
            String text = terminal.paint(cell.shade, cell.text);
            boolean last = i == widths.length - 1;
            line.append(right.get(i) ? gap + text : last ? text : text + gap).append(last ? "" : "  ");
        }
        return line.toString().stripTrailing();
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
