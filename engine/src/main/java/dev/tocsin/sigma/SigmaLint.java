package dev.tocsin.sigma;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds what a rule's author would want to know although the rule loads; and everything that keeps it from loading. */
public final class SigmaLint {
    private SigmaLint() {
    }

    /**
     * @param rules how many rules loaded
     * @param problems sorted by file, line, column
     */
    public record Report(int rules, List<SigmaProblem> problems) {
        public Report {
            problems = List.copyOf(problems);
        }

        public boolean hasErrors() {
            return problems.stream().anyMatch(SigmaProblem::isError);
        }

        /** How many have that severity: {@code error}, {@code warning} or {@code info}. */
        public long count(String severity) {
            return problems.stream().filter(p -> p.severity().equals(severity)).count();
        }
    }

    /**
     * @param fields which fields events have
     * @param mapping under which names they have them
     */
    public record Options(KnownFields fields, FieldMapping mapping) {
        /** The table that ships with us. */
        public static Options standard() {
            return new Options(KnownFields.builtIn(), FieldMapping.IDENTITY);
        }
    }

    /** @param filesOrDirectories as {@link SigmaRules#load(Collection)} takes them */
    public static Report lint(Collection<Path> filesOrDirectories) {
        return lint(filesOrDirectories, Options.standard());
    }

    /** @param filesOrDirectories as {@link SigmaRules#load(Collection)} takes them */
    public static Report lint(Collection<Path> filesOrDirectories, Options options) {
        Map<String, String> texts = new HashMap<>();
        for (Path file : SigmaRules.files(filesOrDirectories, new ArrayList<>())) {
            try {
                texts.put(file.toString(), Files.readString(file, StandardCharsets.UTF_8));
            } catch (IOException _) {
                continue; // The loader says so.
            }
        }
        return lint(SigmaRules.load(filesOrDirectories), texts, options);
    }

    /**
     * Lints some files of a rule set that is loaded already; what other files say is known, but rules are not compared with each
     * other.
     *
     * @param loaded from all of them
     */
    public static Report lint(SigmaRules.Loaded loaded, Collection<Path> files, Options options) {
        Map<String, String> texts = new HashMap<>();
        for (Path file : files) {
            try {
                texts.put(file.toString(), Files.readString(file, StandardCharsets.UTF_8));
            } catch (IOException _) {
                continue; // The loader says so.
            }
        }
        List<SigmaProblem> problems = lint(loaded, texts, options, false).problems().stream()
                .filter(p -> texts.containsKey(p.file())).toList();
        return new Report(loaded.rules().size() + loaded.correlations().size(), problems);
    }

    /** Lints text as if it were a file of that name. */
    public static Report lint(String file, String yaml) {
        String text = yaml.startsWith("\ufeff") ? yaml.substring(1) : yaml;
        return lint(SigmaRules.parse(file, text), Map.of(file, yaml), Options.standard());
    }

    private static Report lint(SigmaRules.Loaded loaded, Map<String, String> texts, Options options) {
        return lint(loaded, texts, options, true);
    }

    private static Report lint(SigmaRules.Loaded loaded, Map<String, String> texts, Options options, boolean twins) {
        List<SigmaProblem> problems = new ArrayList<>();
        Map<String, List<SigmaProblem>> byFile = loaded.problems().stream()
                .collect(Collectors.groupingBy(SigmaProblem::file, HashMap::new, Collectors.toList()));
        Map<String, List<SigmaRule>> rules = loaded.rules().stream().collect(Collectors.groupingBy(SigmaRule::file));
        new TwinLint(twins ? loaded.rules() : List.of()).problems()
                .forEach(p -> byFile.computeIfAbsent(p.file(), _ -> new ArrayList<>()).add(p));
        Set<String> known = known(loaded);
        Map<String, List<YamlNode.Mapping>> documents = new HashMap<>();
        texts.forEach((file, text) -> documents.put(file, documents(file, text, known)));
        LintSettings.Finder settings = new LintSettings.Finder(problems);
        texts.forEach((file, text) -> {
            List<SigmaProblem> found = byFile.computeIfAbsent(file, _ -> new ArrayList<>());
            found.addAll(new FileLint(file, text).problems());
            for (YamlNode.Mapping root : documents.getOrDefault(file, List.of())) {
                document(root, rules.getOrDefault(file, List.of()), known, options, found);
            }
            byFile.put(file,
                    settings.of(Path.of(file)).applied(Path.of(file), new Suppressions(file, text).left(found)));
        });
        byFile.values().forEach(problems::addAll);
        problems.sort(SigmaRules.IN_FILE_ORDER);
        return new Report(loaded.rules().size() + loaded.correlations().size(), problems);
    }

    /** By which correlations and relations may name what was loaded. */
    private static Set<String> known(SigmaRules.Loaded loaded) {
        Set<String> known = new HashSet<>();
        for (SigmaRule rule : loaded.rules()) {
            known.addAll(List.of(rule.id(), rule.title()));
            String name = rule.name();
            if (name != null) {
                known.add(name);
            }
        }
        loaded.correlations().forEach(c -> known.addAll(List.of(c.id(), c.head().title())));
        return known;
    }

    /** @param known ids, names and titles are added */
    private static List<YamlNode.Mapping> documents(String file, String text, Set<String> known) {
        String clean = text.startsWith("\ufeff") ? text.substring(1) : text;
        List<YamlNode.Mapping> roots = new ArrayList<>();
        for (RuleDocument document : RuleDocument.of(file, YamlReader.read(file, clean).documents(),
                new ArrayList<>())) {
            roots.add(document.root());
            for (String key : List.of("id", "name", "title")) {
                String name = document.root().text(key);
                if (name != null) {
                    known.add(name);
                }
            }
        }
        return roots;
    }

    private static void document(YamlNode.Mapping root, List<SigmaRule> rules, Set<String> known, Options options,
            List<SigmaProblem> problems) {
        problems.addAll(new HeadLint(root).problems());
        problems.addAll(new ReferringLint(root, known).problems());
        if (!(root.get("detection") instanceof YamlNode.Mapping detection)) {
            return;
        }
        problems.addAll(new DetectionLint(detection).problems());
        YamlNode condition = detection.get("condition");
        List<Place> places = condition instanceof YamlNode.Sequence list
                ? list.items().stream().map(YamlNode::place).toList()
                : condition == null ? List.of() : List.of(condition.place());
        YamlNode source = root.get("logsource");
        for (SigmaRule rule : rules) {
            if (rule.line() == Math.max(1, root.place().line())) {
                problems.addAll(new ConditionLint(rule, places).problems());
                problems.addAll(new ValueLint(rule).problems());
                problems.addAll(new FieldLint(rule, options.fields(), options.mapping())
                        .problems((source == null ? root : source).place()));
            }
        }
    }
}
