package dev.tocsin.sigma;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** One document of a YAML file as its lines, for changes that leave everything else as somebody wrote it. */
final class YamlText {
    private static final int WIDTH = 120;

    private final List<String> lines;
    private final int firstLine;
    private final YamlNode.Mapping root;

    /**
     * @param lines of the document
     * @param firstLine where it begins in its file, from 1
     */
    YamlText(List<String> lines, int firstLine, YamlNode.Mapping root) {
        this.lines = List.copyOf(lines);
        this.firstLine = firstLine;
        this.root = root;
    }

    /** The lines of a top-level entry with the comments that stand directly above it; none when there is no such key. */
    List<String> entry(String key) {
        int[] range = range(root, key, lines.size());
        return range == null ? List.of() : lines.subList(range[0], range[1]);
    }

    /** The text with entries of one of its mappings replaced. */
    List<String> with(YamlNode.Mapping mapping, Map<String, String> replacements) {
        List<String> out = new ArrayList<>(lines);
        List<String> keys = new ArrayList<>(replacements.keySet());
        keys.sort((a, b) -> Integer.compare(lineOf(mapping, b), lineOf(mapping, a)));
        for (String key : keys) {
            int[] range = range(mapping, key, endOf(mapping));
            if (range != null) {
                int start = lineOf(mapping, key);
                List<String> body = out.subList(start, range[1]);
                String indent = lines.get(start).substring(0,
                        lines.get(start).length() - lines.get(start).stripLeading().length());
                body.clear();
                String replacement = replacements.getOrDefault(key, "");
                if (!replacement.isEmpty()) {
                    body.add(indent + replacement);
                }
            }
        }
        return out;
    }

    /** Index of the line on which an entry begins. */
    private int lineOf(YamlNode.Mapping mapping, String key) {
        YamlNode.Entry entry = mapping.entry(key);
        return entry == null ? -1 : entry.keyPlace().line() - firstLine;
    }

    /** The line behind the last of a mapping: where an entry follows that is indented less, or the document ends. */
    private int endOf(YamlNode.Mapping mapping) {
        int column = mapping.entries().getFirst().keyPlace().column();
        int at = mapping.entries().getLast().keyPlace().line() - firstLine + 1;
        while (at < lines.size() && (lines.get(at).isBlank()
                || lines.get(at).length() - lines.get(at).stripLeading().length() >= column - 1
                        && !(column == 1 && !lines.get(at).startsWith(" ") && !lines.get(at).startsWith("-")))) {
            at++;
        }
        return at;
    }

    /** From the comments above a key to the next key, without the comments and blank lines that belong to that one. */
    private int @org.jspecify.annotations.Nullable [] range(YamlNode.Mapping mapping, String key, int end) {
        int start = lineOf(mapping, key);
        if (start < 0) {
            return null;
        }
        int next = end;
        for (YamlNode.Entry other : mapping.entries()) {
            int line = other.keyPlace().line() - firstLine;
            if (line > start && line < next) {
                next = line;
            }
        }
        while (next > start + 1 && isBetween(lines.get(next - 1))) {
            next--;
        }
        int from = start;
        while (from > 0 && lines.get(from - 1).stripLeading().startsWith("#")) {
            from--;
        }
        return new int[]{from, next};
    }

    private static boolean isBetween(String line) {
        return line.isBlank() || line.stripLeading().startsWith("#");
    }

    /** A tree of maps, lists and values in block style. */
    static String dump(Map<String, Object> document) {
        return new Dump(DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).setWidth(WIDTH)
                .setIndent(4).setIndicatorIndent(2).setIndentWithIndicator(true).setSplitLines(false).build())
                .dumpToString(document);
    }

    /** A UUID that is always the same for the same text. */
    static String id(String of) {
        return UUID.nameUUIDFromBytes(of.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
