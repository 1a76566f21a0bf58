package dev.tocsin.config;

import dev.tocsin.base.Printable;
import dev.tocsin.base.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Shows problems to a person: what and where, two lines of the file with a caret, the hint, and how many there are.
 *
 * <p>Values beside names such as {@code password} or {@code token} are not shown: the output ends up in tickets.
 */
public final class ProblemPrinter {
    private static final Pattern WHERE = Pattern.compile("(.+):(\\d{1,9}):(\\d{1,9})");
    private static final String SECRET_NAME = "\\w*(?:secret|password|passphrase|token|credential|key)[\"']?\\s*:\\s*";
    /** Alone in its line such a value may contain anything; within a line it ends where YAML lets it end. */
    private static final Pattern SECRET_LINE = Pattern.compile("(?i)^([\\s-]*[\"']?" + SECRET_NAME + ")(?!\\$\\{).+");
    private static final Pattern SECRET_WITHIN = Pattern
            .compile("(?i)(" + SECRET_NAME + ")(?!\\$\\{)(?:\"[^\"]*\"|'[^']*'|[^\\s,}\\]]+)");
    private static final int WIDTH_MAX = 160;

    private final Function<String, List<String>> source;
    private final Map<String, List<String>> read = new HashMap<>();
    private final boolean colour;

    /** @param source the lines of a file by its name in {@link Problem#where}; none if it cannot be shown */
    public ProblemPrinter(Function<String, List<String>> source, boolean colour) {
        this.source = source;
        this.colour = colour;
    }

    /** Shows lines of the files on disk. */
    public ProblemPrinter(boolean colour) {
        this(ProblemPrinter::lines, colour);
    }

    /** The whole text, lines ended by {@code \n}; empty when there is no problem. */
    public String print(List<Problem> problems) {
        StringBuilder out = new StringBuilder();
        for (Problem problem : problems) {
            print(problem, out);
        }
        if (!problems.isEmpty()) {
            long errors = problems.stream().filter(p -> ProblemCode.isError(p.code())).count();
            out.append(count(errors, "error", problems.size() - errors)).append('\n');
        }
        return out.toString();
    }

    private static String count(long errors, String noun, long warnings) {
        String first = errors + " " + noun + (errors == 1 ? "" : "s");
        if (warnings == 0) {
            return first;
        }
        String second = count(warnings, "warning", 0);
        return errors == 0 ? second : first + ", " + second;
    }

    private void print(Problem p, StringBuilder out) {
        String shade = ProblemCode.isError(p.code()) ? "31" : "33";
        out.append(p.where().isEmpty() ? "" : paint("1", Printable.line(p.where())) + " ")
                .append(paint(shade, p.code())).append(' ').append(Printable.line(p.what())).append('\n');
        Matcher where = WHERE.matcher(p.where());
        int indent = 2;
        if (where.matches()) {
            int line = Integer.parseInt(where.group(2));
            indent = excerpt(read.computeIfAbsent(where.group(1), source), line, Integer.parseInt(where.group(3)), out);
        }
        if (!p.hint().isEmpty()) {
            out.append(" ".repeat(indent)).append(paint("36", Printable.line(p.hint()))).append('\n');
        }
    }

    /** Answers how far the hint is to be indented. */
    private int excerpt(List<String> lines, int line, int column, StringBuilder out) {
        if (line < 1 || line > lines.size()) {
            return 2;
        }
        int width = String.valueOf(line).length();
        for (int n = Math.max(1, line - 1); n <= line; n++) {
            out.append("  ").append(paint("2", String.format("%" + width + "d | ", n)))
                    .append(shown(lines.get(n - 1), n == line ? column : 1)).append('\n');
        }
        int caret = column > WIDTH_MAX ? WIDTH_MAX / 2 + 1 : column;
        out.append("  ").append(" ".repeat(width)).append(paint("2", " | ")).append(" ".repeat(caret - 1))
                .append(paint("1;31", "^")).append('\n');
        return width + 5;
    }

    /** Tabs become one space, so that the caret stands right; of a long line, the part around the column. */
    private static String shown(String line, int column) {
        Matcher secret = SECRET_LINE.matcher(line);
        String safe = Printable.line(
                secret.matches() ? secret.group(1) + "***" : SECRET_WITHIN.matcher(line).replaceAll("$1***"));
        int from = column > WIDTH_MAX ? Math.min(column - 1 - WIDTH_MAX / 2, safe.length()) : 0;
        return Printable.clip(safe.substring(from), WIDTH_MAX);
    }

    private String paint(String shade, String text) {
        return colour ? "\u001B[" + shade + "m" + text + "\u001B[0m" : text;
    }

    private static List<String> lines(String file) {
        try {
            Path path = Path.of(file);
            if (!Files.isRegularFile(path) || Files.size(path) > ConfigFile.BYTES_MAX) {
                return List.of();
            }
            return new String(Files.readAllBytes(path), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException | InvalidPathException e) {
            return List.of();
        }
    }
}
