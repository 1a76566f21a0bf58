package dev.tocsin.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts in what <code>${…}</code> stands for, into one value at a time and after parsing: whatever a variable contains, it
 * can never become a setting. <code>$${</code> is a literal <code>${</code>.
 */
final class Interpolation {
    private static final Pattern VARIABLE = Pattern.compile("(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?",
            Pattern.DOTALL);
    private static final int FILE_BYTES_MAX = 64 * 1024;

    private final Function<String, @Nullable String> environment;
    private final Path directory;
    private final Findings findings;

    /** @param directory where relative paths of <code>${file:…}</code> begin */
    Interpolation(Function<String, @Nullable String> environment, Path directory, Findings findings) {
        this.environment = environment;
        this.directory = directory;
        this.findings = findings;
    }

    /** The text with everything put in, or null when that was refused. */
    @Nullable
    String apply(String text, Place place) {
        StringBuilder result = new StringBuilder();
        int from = 0;
        for (int at = text.indexOf("${"); at >= 0; at = text.indexOf("${", from)) {
            if (at > from && text.charAt(at - 1) == '$') {
                result.append(text, from, at - 1).append("${");
                from = at + 2;
                continue;
            }
            int end = text.indexOf('}', at);
            if (end < 0) {
                findings.add(ProblemCode.SUBSTITUTION, place, "\"${\" is not closed by \"}\"",
                        "write $${ for a literal ${");
                return null;
            }
            String value = value(text.substring(at + 2, end), place);
            if (value == null) {
                return null;
            }
            result.append(text, from, at).append(value);
            from = end + 1;
        }
        return result.append(text.substring(from)).toString();
    }

    private @Nullable String value(String inside, Place place) {
        String shown = "${" + inside + "}";
        String value;
        Matcher variable = VARIABLE.matcher(inside);
        if (inside.startsWith("file:")) {
            value = file(inside.substring(5), shown, place);
        } else if (variable.matches()) {
            value = variable(variable.group(1), variable.group(2), place);
        } else {
            findings.add(ProblemCode.SUBSTITUTION, place, "cannot read " + shown,
                    "write ${NAME}, ${env:NAME}, ${NAME:-default}, ${file:/path}, or $${ for a literal ${");
            return null;
        }
        if (value != null && value.chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0)) {
            findings.add(ProblemCode.SUBSTITUTION, place, "what " + shown + " stands for has more than one line",
                    "give it one line only");
            return null;
        }
        return value;
    }

    private @Nullable String variable(String name, @Nullable String otherwise, Place place) {
        String value = environment.apply(name);
        if (otherwise != null) {
            return value == null || value.isEmpty() ? otherwise : value;
        }
        if (value == null) {
            findings.add(ProblemCode.VARIABLE, place, "the environment variable " + name + " is not set",
                    "set it, or give a default: ${" + name + ":-value}");
        }
        return value;
    }

    private @Nullable String file(String name, String shown, Place place) {
        try {
            Path path = directory.resolve(name);
            if (!Files.isRegularFile(path) || Files.size(path) > FILE_BYTES_MAX) {
                findings.add(ProblemCode.SUBSTITUTION, place, shown + " is not a file of at most 64 KiB",
                        "mend the path; relative ones begin at the configuration's directory");
                return null;
            }
            // Editors and `echo` end a file with a line end that nobody means to be part of a password.
            return Files.readString(path, StandardCharsets.UTF_8).replaceFirst("\\r?\\n\\z", "");
        } catch (IOException | InvalidPathException e) {
            findings.add(ProblemCode.SUBSTITUTION, place,
                    "cannot read " + shown + " (" + e.getClass().getSimpleName() + ")",
                    "let the node's user read it");
            return null;
        }
    }
}
