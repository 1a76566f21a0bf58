package dev.tocsin.sigma;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What {@code .tocsin-lint.yaml} says about the files below its directory:
 *
 * <pre>
 * disable: [S210, S211]
 * severity: {S205: error, S230: off}
 * paths:
 *   - match: "tests/**"
 *     disable: [S201]
 * </pre>
 *
 * The nearest such file above a rule counts, alone.
 */
final class LintSettings {
    static final String NAME = ".tocsin-lint.yaml";
    private static final Set<String> SEVERITIES = Set.of("error", "warning", "info", "off");

    /** Some files and what is said of them; the last one that says something about a check counts. */
    private record Section(PathMatcher files, Map<String, String> severity) {
    }

    private final Path directory;
    private final List<Section> sections = new ArrayList<>();

    private LintSettings(Path directory) {
        this.directory = directory;
    }

    /** Finds settings for files; each settings file is read once. Owned by one thread. */
    static final class Finder {
        private final Map<Path, LintSettings> byDirectory = new HashMap<>();
        private final Set<Path> read = new HashSet<>();
        private final List<SigmaProblem> problems;

        /** @param problems what is wrong with a settings file is added, once */
        Finder(List<SigmaProblem> problems) {
            this.problems = problems;
        }

        LintSettings of(Path file) {
            return ofDirectory(file.toAbsolutePath().normalize().getParent());
        }

        private LintSettings ofDirectory(@org.jspecify.annotations.Nullable Path directory) {
            if (directory == null) {
                return new LintSettings(Path.of("/"));
            }
            LintSettings known = byDirectory.get(directory);
            if (known == null) {
                Path settings = directory.resolve(NAME);
                known = Files.isRegularFile(settings) && read.add(settings)
                        ? LintSettings.read(settings, problems)
                        : ofDirectory(directory.getParent());
                byDirectory.put(directory, known);
            }
            return known;
        }
    }

    private static LintSettings read(Path file, List<SigmaProblem> problems) {
        LintSettings settings = new LintSettings(file.toAbsolutePath().normalize().resolveSibling(""));
        try {
            YamlReader.Documents read = YamlReader.read(file.toString(), Files.readString(file));
            problems.addAll(read.problems());
            for (YamlNode document : read.documents()) {
                if (document instanceof YamlNode.Mapping root) {
                    settings.section(root, _ -> true, List.of("disable", "severity", "paths"), problems);
                    if (root.get("paths") instanceof YamlNode.Sequence paths) {
                        paths.items().forEach(item -> settings.path(item, problems));
                    }
                }
            }
        } catch (IOException e) {
            problems.add(Place.wholeOf(file.toString()).error("S119", "the file cannot be read: " + e, ""));
        }
        return settings;
    }

    private void path(YamlNode node, List<SigmaProblem> problems) {
        String glob = node instanceof YamlNode.Mapping m ? m.text("match") : null;
        if (glob == null || !(node instanceof YamlNode.Mapping mapping)) {
            problems.add(node.place().error("S143", "an entry of paths needs match", "such as match: \"tests/**\""));
            return;
        }
        try {
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
            section(mapping, matcher, List.of("match", "disable", "severity"), problems);
        } catch (IllegalArgumentException e) {
            problems.add(node.place().error("S143", "\"" + glob + "\" is no pattern of paths: " + e.getMessage(), ""));
        }
    }

    private void section(YamlNode.Mapping root, PathMatcher files, List<String> keys, List<SigmaProblem> problems) {
        Map<String, String> severity = new HashMap<>();
        for (YamlNode.Entry entry : root.entries()) {
            if (!keys.contains(entry.key())) {
                problems.add(entry.keyPlace().error("S143", "\"" + entry.key() + "\" is no key of " + NAME,
                        Suggestion.hint(entry.key(), keys, "known are " + String.join(", ", keys))));
            } else if (entry.key().equals("disable") && entry.value() instanceof YamlNode.Sequence codes) {
                codes.items().forEach(code -> put(severity, code, "off", problems));
            } else if (entry.key().equals("severity") && entry.value() instanceof YamlNode.Mapping levels) {
                for (YamlNode.Entry level : levels.entries()) {
                    String word = level.value() instanceof YamlNode.Scalar s ? s.text() : "";
                    put(severity, new YamlNode.Scalar(level.key(), YamlNode.Kind.TEXT, true, level.keyPlace()),
                            word.equals("false") ? "off" : word, problems);
                }
            }
        }
        sections.add(new Section(files, severity));
    }

    private static void put(Map<String, String> severity, YamlNode code, String word, List<SigmaProblem> problems) {
        String name = code instanceof YamlNode.Scalar s ? s.text() : "";
        if (LintCheck.ofCode(name).isEmpty()) {
            problems.add(code.place().error("S143", "there is no check \"" + name + "\"",
                    "tocsin rules lint --list names all"));
        } else if (!SEVERITIES.contains(word)) {
            problems.add(code.place().error("S143", "\"" + word + "\" is no severity", "error, warning, info or off"));
        } else {
            severity.put(name, word);
        }
    }

    /** The problems with the severity that is wanted for them; what is off is left out. */
    List<SigmaProblem> applied(Path file, List<SigmaProblem> problems) {
        Path relative = directory.relativize(file.toAbsolutePath().normalize());
        List<SigmaProblem> left = new ArrayList<>();
        for (SigmaProblem p : problems) {
            String severity = p.severity();
            if (LintCheck.ofCode(p.code()).isPresent()) {
                for (Section section : sections) {
                    if (section.files().matches(relative)) {
                        severity = section.severity().getOrDefault(p.code(), severity);
                    }
                }
            }
            if (!severity.equals("off")) {
                left.add(new SigmaProblem(p.code(), p.file(), p.line(), p.column(), severity, p.what(), p.hint()));
            }
        }
        return left;
    }
}
