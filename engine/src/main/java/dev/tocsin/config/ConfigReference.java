package dev.tocsin.config;

import java.util.List;

/** The reference pages, written from the same definitions that read the file. */
public final class ConfigReference {
    private ConfigReference() {
    }

    /** Every setting of the file that the record stands for, a table for each section. */
    public static String markdown(Class<? extends Record> root) {
        StringBuilder out = new StringBuilder();
        for (Settings.Section section : Settings.of(root)) {
            if (!section.path().isEmpty()) {
                out.append("## `").append(section.path()).append('`');
                out.append(section.type().isEmpty() ? "" : " with `type: " + section.type() + "`").append("\n\n");
            }
            if (!section.doc().isEmpty()) {
                out.append(section.doc()).append("\n\n");
            }
            if (section.settings().isEmpty()) {
                out.append("No settings.\n\n");
                continue;
            }
            out.append("| setting | is | default | meaning |\n|---|---|---|---|\n");
            for (Settings.Setting s : section.settings()) {
                out.append(row(s)).append('\n');
            }
            out.append('\n');
        }
        return out.toString();
    }

    /** A heading and a paragraph for every problem code. */
    public static String problems() {
        StringBuilder out = new StringBuilder();
        for (ProblemCode code : List.of(ProblemCode.values())) {
            out.append("## ").append(code.code()).append("\n\n").append(code.paragraph()).append("\n\n");
        }
        return out.toString();
    }

    private static String row(Settings.Setting s) {
        boolean word = s.standard().equals("required") || s.standard().equals("none");
        String standard = word ? s.standard() : "`" + s.standard() + "`";
        return "| `" + s.key() + "` | " + cell(s.type()) + " | " + cell(standard) + " | " + cell(s.doc()) + " |";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
