package dev.tocsin.sigma;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The long explanation of a check, from {@code sigma/lint.yml}.
 *
 * @param why what is bad about it
 * @param fix how to mend it
 * @param bad a rule that it finds, given by the keys that differ from a good one
 * @param good one that it does not find
 * @param file what the rule's file is called, or empty
 * @param fields which fields are said to be there, as {@link KnownFields#of} reads them; null where that does not matter
 */
public record LintGuide(String why, String fix, String bad, String good, String file, @Nullable String fields) {

    /** The guides of all checks, in their order. */
    public static Map<LintCheck, LintGuide> all() {
        try (InputStream in = LintGuide.class.getResourceAsStream("/sigma/lint.yml")) {
            if (in == null) {
                throw new IllegalStateException("sigma/lint.yml is not in the program");
            }
            YamlReader.Documents read = YamlReader.read("sigma/lint.yml",
                    new String(in.readAllBytes(), StandardCharsets.UTF_8));
            if (!read.problems().isEmpty()) {
                throw new IllegalStateException(read.problems().toString());
            }
            Map<LintCheck, LintGuide> guides = new EnumMap<>(LintCheck.class);
            for (YamlNode.Entry entry : ((YamlNode.Mapping) read.documents().getFirst()).entries()) {
                LintCheck check = LintCheck.ofCode(entry.key())
                        .orElseThrow(() -> new IllegalStateException("there is no check " + entry.key()));
                guides.put(check, of((YamlNode.Mapping) entry.value()));
            }
            return guides;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static LintGuide of(YamlNode.Mapping entry) {
        return new LintGuide(text(entry, "why"), text(entry, "fix"), text(entry, "bad"), text(entry, "good"),
                text(entry, "file"), entry.text("fields"));
    }

    private static String text(YamlNode.Mapping entry, String key) {
        String text = entry.text(key);
        return text == null ? "" : text;
    }
}
