package dev.tocsin;

import dev.tocsin.cli.Terminal;
import dev.tocsin.cli.Tocsin;
import dev.tocsin.config.ConfigReference;
import dev.tocsin.node.TocsinConfig;
import dev.tocsin.sigma.LintCheck;
import dev.tocsin.sigma.LintGuide;
import dev.tocsin.sigma.Pipeline;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;

/**
 * The parts of the documentation that are written from the code. In a page they stand between {@code <!-- generated:
 * NAME -->} and {@code <!-- end of NAME -->}; all around them is written by hand.
 */
final class DocsPages {
    private static final Pattern BLOCK = Pattern.compile("(<!-- generated: ([a-z-]+) -->\n).*?(<!-- end of \\2 -->)",
            Pattern.DOTALL);
    private static final int HELP_WIDTH = 110;
    private static final int SNIPPET_MAX = 400;

    private static final Map<String, Supplier<String>> BLOCKS = Map.of("configuration",
            () -> ConfigReference.markdown(TocsinConfig.class), "problems", ConfigReference::problems, "rule-lint",
            DocsPages::lint, "lint-guide", DocsPages::lintGuide, "commands", DocsPages::commands, "pipelines",
            DocsPages::pipelines);

    private DocsPages() {
    }

    /** The page with its generated parts as they should be. */
    static String fresh(String page) {
        return BLOCK.matcher(page).replaceAll(DocsPages::block);
    }

    private static String block(MatchResult found) {
        Supplier<String> block = BLOCKS.get(found.group(2));
        if (block == null) {
            throw new IllegalArgumentException("nothing generates \"" + found.group(2) + "\"; known: "
                    + BLOCKS.keySet());
        }
        return Matcher.quoteReplacement(found.group(1) + "\n" + block.get().strip() + "\n\n" + found.group(3));
    }

    /** Every command of the program, made anew: a parsed command line keeps what it has read. */
    static CommandLine program() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        Terminal terminal = new Terminal(new ByteArrayInputStream(new byte[0]), nowhere, nowhere, false, false, false,
                _ -> "",
                Clock.systemUTC());
        return Tocsin.program(terminal, Path.of("")).setUsageHelpAutoWidth(false).setUsageHelpWidth(HELP_WIDTH);
    }

    private static String commands() {
        Map<String, CommandLine> all = new LinkedHashMap<>();
        program().getSubcommands().forEach((name, command) -> collect("", name, command, all));
        StringBuilder out = new StringBuilder();
        all.forEach((name, command) -> out.append("## `").append(name).append("`\n\n```text\n")
                .append(command.getUsageMessage(CommandLine.Help.Ansi.OFF).strip()).append("\n```\n\n"));
        return out.toString();
    }

    private static void collect(String above, String name, CommandLine command, Map<String, CommandLine> all) {
        all.put(above + name, command);
        command.getSubcommands().forEach((inner, c) -> collect(above + name + " ", inner, c, all));
    }

    private static String pipelines() {
        StringBuilder out = new StringBuilder("| under | types |\n|---|---|\n");
        Pipeline.vocabulary().forEach((key, types) -> out.append("| `").append(key).append("` | ")
                .append(String.join(", ", types.stream().map(type -> '`' + type + '`').toList())).append(" |\n"));
        return out.toString();
    }

    private static String lint() {
        StringBuilder out = new StringBuilder("| code | severity | meaning |\n|---|---|---|\n");
        for (LintCheck check : LintCheck.values()) {
            out.append("| ").append(check.code()).append(" | ").append(check.severity()).append(" | ")
                    .append(check.summary().replace("|", "\\|"))
                    .append(" |\n");
        }
        return out.toString();
    }

    private static String lintGuide() {
        StringBuilder out = new StringBuilder();
        LintGuide.all().forEach((check, guide) -> {
            out.append("## ").append(check.code()).append(": ").append(check.summary()).append("\n\n")
                    .append(check.severity().equals("info") ? "Style. " : "").append(guide.why()).append(' ')
                    .append(guide.fix()).append("\n\n");
            if (!guide.file().isEmpty()) {
                out.append("Found: a file called `").append(guide.file()).append("`.\n\n");
            } else {
                out.append("Found:\n\n").append(fence(guide.bad())).append("Good:\n\n").append(fence(guide.good()));
            }
        });
        return out.toString();
    }

    /** As text: a part of a rule is no rule, and some are wrong on purpose. */
    private static String fence(String snippet) {
        String shown = snippet.replaceAll("(?m)^---\n", "").replaceAll("(?m)^!([a-z-]+)$", "# without $1")
                .replace("\r\n", " (CR LF)\n").replace("\ufeff", "(byte order mark)")
                .replace("\u00a0", "(no-break blank)")
                .replaceAll("(?m) +$", "(blanks)").replaceAll("\n{2,}$", "\n(empty lines)\n");
        String clipped = shown.length() > SNIPPET_MAX ? shown.substring(0, SNIPPET_MAX) + "…\n" : shown;
        return "```text\n" + clipped.stripTrailing() + (snippet.endsWith("\n") ? "" : " (no line end)") + "\n```\n\n";
    }
}
