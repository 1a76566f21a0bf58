package dev.tocsin.sigma;

import dev.tocsin.sigma.correlate.CorrelationRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Loads rules from files. One bad file, document or rule never stops the others. */
public final class SigmaRules {
    static final Comparator<SigmaProblem> IN_FILE_ORDER = Comparator.comparing(SigmaProblem::file)
            .thenComparingInt(SigmaProblem::line).thenComparingInt(SigmaProblem::column)
            .thenComparing(SigmaProblem::code);

    private SigmaRules() {
    }

    /**
     * @param rules in the order of the files, each id once (but see {@link RuleDocument#sharesId})
     * @param correlations those whose rules are all among these
     * @param problems everything that was refused, and warnings, each with file, line and reason, sorted by them
     */
    public record Loaded(List<SigmaRule> rules, List<CorrelationRule> correlations, List<SigmaProblem> problems) {
        public Loaded {
            rules = List.copyOf(rules);
            correlations = List.copyOf(correlations);
            problems = List.copyOf(problems);
        }
    }

    /** As {@link #load(Collection, Map)} with no values for placeholders. */
    public static Loaded load(Collection<Path> filesOrDirectories) {
        return load(filesOrDirectories, Map.of());
    }

    /**
     * Loads files as they are and directories with everything below that ends in {@code .yml} or {@code .yaml}, sorted,
     * without {@code *.test.yml} and hidden directories.
     *
     * @param placeholders values of the placeholders of {@code |expand}, by name
     */
    public static Loaded load(Collection<Path> filesOrDirectories, Map<String, List<String>> placeholders) {
        return load(filesOrDirectories, placeholders, Pipeline.NONE);
    }

    /**
     * As {@link #load(Collection, Map)}, each rule with its filters rewritten by a pipeline, which may also have values for
     * placeholders.
     */
    public static Loaded load(Collection<Path> filesOrDirectories, Map<String, List<String>> placeholders,
            Pipeline pipeline) {
        return load(filesOrDirectories, placeholders, pipeline, new RuleCache());
    }

    /** As {@link #load(Collection, Map, Pipeline)}, and reads only files that the cache does not know. */
    public static Loaded load(Collection<Path> filesOrDirectories, Map<String, List<String>> placeholders,
            Pipeline pipeline, RuleCache cache) {
        List<SigmaProblem> problems = new ArrayList<>();
        cache.begin();
        return loaded(documents(filesOrDirectories, problems, cache), placeholders, pipeline, problems, cache);
    }

    /** Loads rules from text, as if it were a file of that name. */
    public static Loaded parse(String file, String yaml) {
        return parse(file, yaml, Pipeline.NONE);
    }

    /** As {@link #parse(String, String)}, each rule rewritten by a pipeline. */
    public static Loaded parse(String file, String yaml, Pipeline pipeline) {
        List<SigmaProblem> problems = new ArrayList<>();
        return loaded(documents(file, yaml, problems), Map.of(), pipeline, problems, new RuleCache());
    }

    private static Loaded loaded(List<RuleDocument> documents, Map<String, List<String>> placeholders,
            Pipeline pipeline, List<SigmaProblem> problems, RuleCache cache) {
        List<SigmaRule> written = rules(documents, new Placeholders(placeholders, !pipeline.isEmpty()), problems,
                placeholders.isEmpty() ? cache : new RuleCache());
        List<SigmaRule> rules = rewritten(written, pipeline, problems);
        List<CorrelationRule> correlations = CorrelationResolver.read(documents, rules, problems);
        if (!pipeline.isEmpty()) {
            Map<String, SigmaRule> byId = new HashMap<>();
            written.forEach(rule -> byId.putIfAbsent(rule.id(), rule));
            correlations = correlations.stream().map(c -> renamed(c, byId, pipeline)).toList();
        }
        problems.sort(IN_FILE_ORDER);
        return new Loaded(rules, correlations, problems);
    }

    /** What a correlation groups and counts by has in each of its rules the name that the pipeline gives it there. */
    private static CorrelationRule renamed(CorrelationRule correlation, Map<String, SigmaRule> written,
            Pipeline pipeline) {
        Map<String, Map<Integer, String>> aliases = new HashMap<>();
        correlation.aliases().forEach((name, fields) -> aliases.put(name, new HashMap<>(fields)));
        Stream.concat(correlation.groupBy().stream(), correlation.fields().stream()).distinct().forEach(name -> {
            for (int i = 0; i < correlation.rules().size(); i++) {
                SigmaRule rule = written.get(correlation.rules().get(i).id());
                List<String> names = rule == null ? List.of() : pipeline.names(correlation.field(name, i), rule);
                if (!names.isEmpty()) {
                    aliases.computeIfAbsent(name, _ -> new HashMap<>()).put(i, names.getFirst());
                }
            }
        });
        return correlation.withAliases(aliases);
    }

    private static List<SigmaRule> rewritten(List<SigmaRule> rules, Pipeline pipeline, List<SigmaProblem> problems) {
        List<SigmaRule> rewritten = new ArrayList<>();
        for (SigmaRule rule : rules) {
            switch (pipeline.apply(rule)) {
                case Pipeline.Rewritten(SigmaRule other) -> rewritten.add(other);
                case Pipeline.Refused(SigmaProblem problem) -> problems.add(problem);
            }
        }
        return rewritten;
    }

    static List<RuleDocument> documents(Collection<Path> filesOrDirectories, List<SigmaProblem> problems) {
        return documents(filesOrDirectories, problems, new RuleCache());
    }

    private static List<RuleDocument> documents(Collection<Path> filesOrDirectories, List<SigmaProblem> problems,
            RuleCache cache) {
        List<RuleDocument> documents = new ArrayList<>();
        for (Path file : files(filesOrDirectories, problems)) {
            try {
                RuleCache.Documents read = cache.documents(file.toString(), Files.readAllBytes(file));
                problems.addAll(read.problems());
                documents.addAll(read.documents());
            } catch (IOException e) {
                problems.add(Place.wholeOf(file.toString()).error("S119", "the file cannot be read: " + e, ""));
            }
        }
        return documents;
    }

    static List<SigmaRule> rules(List<RuleDocument> documents, Map<String, List<String>> placeholders,
            List<SigmaProblem> problems) {
        return rules(documents, new Placeholders(placeholders, false), problems, new RuleCache());
    }

    /** @param cache of rules with these placeholders */
    private static List<SigmaRule> rules(List<RuleDocument> documents, Placeholders placeholders,
            List<SigmaProblem> problems, RuleCache cache) {
        RuleReader reader = new RuleReader(placeholders);
        List<SigmaRule> rules = new ArrayList<>();
        Map<String, SigmaRule> byId = new LinkedHashMap<>();
        for (RuleDocument document : documents) {
            if (CorrelationReader.isCorrelation(document) || Filters.isFilter(document)) {
                continue;
            }
            try {
                SigmaRule rule = cache.rule(reader, document, placeholders.open());
                SigmaRule first = byId.putIfAbsent(rule.id(), rule);
                if (first != null && !(document.sharesId() && first.file().equals(rule.file()))) {
                    YamlNode id = document.root().get("id");
                    throw (id == null ? document.root() : id).place().refuse("S118", "the id " + rule.id()
                            + " is already that of \"" + first.title() + "\" in " + first.file() + ":" + first.line(),
                            "every rule needs an id of its own; make one with uuidgen");
                }
                rules.add(rule);
            } catch (RuleRefused e) {
                problems.add(e.problem());
            }
        }
        return new Filters(new DetectionReader(placeholders), problems).apply(documents, rules);
    }

    private static List<RuleDocument> documents(String file, String text, List<SigmaProblem> problems) {
        YamlReader.Documents read = YamlReader.read(file, text);
        problems.addAll(read.problems());
        return RuleDocument.of(file, read.documents(), problems);
    }

    /** Rule files at or below the paths, each once; what cannot be read is left out. */
    public static List<Path> filesOf(Collection<Path> filesOrDirectories) {
        return files(filesOrDirectories, new ArrayList<>());
    }

    /** Rule files at or below the paths, each once. */
    static List<Path> files(Collection<Path> filesOrDirectories, List<SigmaProblem> problems) {
        Map<Path, Path> files = new LinkedHashMap<>();
        for (Path path : filesOrDirectories) {
            if (Files.isDirectory(path)) {
                try (Stream<Path> below = Files.walk(path)) {
                    below.filter(Files::isRegularFile).filter(file -> isRule(path, file)).sorted()
                            .forEach(file -> files.putIfAbsent(file.toAbsolutePath().normalize(), file));
                } catch (IOException | java.io.UncheckedIOException e) {
                    problems.add(
                            Place.wholeOf(path.toString()).error("S119", "the directory cannot be read: " + e, ""));
                }
            } else if (Files.exists(path)) {
                files.putIfAbsent(path.toAbsolutePath().normalize(), path);
            } else {
                problems.add(Place.wholeOf(path.toString()).error("S119", "there is no such file or directory", ""));
            }
        }
        return List.copyOf(files.values());
    }

    private static boolean isRule(Path root, Path file) {
        for (Path part : root.relativize(file)) {
            if (part.toString().startsWith(".")) {
                return false;
            }
        }
        String name = file.getFileName().toString();
        return (name.endsWith(".yml") || name.endsWith(".yaml")) && !name.endsWith(".test.yml")
                && !name.endsWith(".test.yaml");
    }
}
