package dev.tocsin.node;

import dev.tocsin.base.Endpoint;
import dev.tocsin.base.Problem;
import dev.tocsin.config.Nearest;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.content.DirectoryFeedConfig;
import dev.tocsin.content.FeedConfig;
import dev.tocsin.content.GitFeedConfig;
import dev.tocsin.content.HttpFeedConfig;
import dev.tocsin.detect.SigmaLoading;
import dev.tocsin.process.Format;
import dev.tocsin.process.LogSourceClassifier;
import dev.tocsin.process.ProcessConfig;
import dev.tocsin.process.Steps;
import dev.tocsin.process.TableException;
import dev.tocsin.source.ApiSourceConfig;
import dev.tocsin.source.HttpSourceConfig;
import dev.tocsin.source.SourceConfig;
import dev.tocsin.source.api.ApiDefinitions;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether what the configuration says and names can be used: expressions, tables, rules, formats, names. */
final class ContentCheck {
    private static final String NAME = "[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}";

    private ContentCheck() {
    }

    static void check(TocsinConfig config, Finder finder) {
        cluster(config, finder);
        sources(config.sources(), finder);
        config.sinks().keySet().forEach(name -> name("sinks", name, finder));
        process(config.process(), finder);
        rules(config, finder);
        feed(config.content().feed(), finder);
    }

    private static void feed(@Nullable FeedConfig feed, Finder finder) {
        Path path = switch (feed) {
            case DirectoryFeedConfig directory -> directory.path();
            case GitFeedConfig git -> git.path();
            case HttpFeedConfig _ -> null;
            case null -> null;
        };
        if (path != null && !Files.isDirectory(path)) {
            finder.found(ProblemCode.MISSING_FILE, "content.feed.path", "there is no directory " + path,
                    "make it, or mend the path; relative ones begin at the configuration's directory");
        }
    }

    static void process(ProcessConfig config, Finder finder) {
        for (Problem p : Steps.compile(config.steps()).problems()) {
            finder.problems().add(new Problem(p.code(), finder.marks().of("process." + p.where()), p.what(), p.hint()));
        }
        tables(config.logsources(), finder);
    }

    private static void cluster(TocsinConfig config, Finder finder) {
        String servers = config.log().bootstrapServers();
        for (String server : servers == null ? new String[0] : servers.split(",", -1)) {
            try {
                if (Endpoint.parse(server.strip()).port() == 0) {
                    throw new IllegalArgumentException("port 0 is nobody's: \"" + server.strip() + "\"");
                }
            } catch (IllegalArgumentException e) {
                finder.found(ProblemCode.VALUE, "log.bootstrap_servers", String.valueOf(e.getMessage()),
                        "write kafka1.example.net:9092,kafka2.example.net:9092");
            }
        }
    }

    static void sources(Map<String, SourceConfig> sources, Finder finder) {
        sources.forEach((name, source) -> {
            String way = "sources." + name;
            name("sources", name, finder);
            format(way, source.format(), finder);
            if (source instanceof ApiSourceConfig api) {
                for (Problem p : ApiDefinitions.problems(api)) {
                    // What is wrong inside a definition's file has its place there.
                    boolean missing = p.where().equals(String.valueOf(api.definition()));
                    finder.problems().add(missing
                            ? new Problem(p.code(), finder.marks().of(way + ".definition"), p.what(), p.hint())
                            : p);
                }
            }
            if (source instanceof HttpSourceConfig http) {
                http.ingest().forEach((path, ingest) -> format(way + ".ingest." + path, ingest.format(), finder));
                Set<String> tokens = new HashSet<>();
                for (int i = 0; i < http.tokens().size(); i++) {
                    if (!tokens.add(http.tokens().get(i).token().value())) {
                        finder.found(ProblemCode.CONFLICT, way + ".tokens[" + i + "].token",
                                "this token is given twice", "a token says whose the events are: give each its own");
                    }
                }
            }
        });
    }

    static void name(String section, String name, Finder finder) {
        if (!name.matches(NAME)) {
            finder.found(ProblemCode.VALUE, section + "." + name,
                    "a name has 1 to 64 letters, digits, dots, dashes, underscores: \"" + name + "\"",
                    "it stands in events, metrics and addresses; write such as " + section.replaceFirst("s$", "")
                            + "-1");
        }
    }

    private static void format(String way, String format, Finder finder) {
        if (Format.of(format) == null) {
            finder.found(ProblemCode.UNKNOWN_CHOICE, way + ".format", "unknown format \"" + format + "\"",
                    Nearest.hint(format, Arrays.stream(Format.values()).map(Format::toString).toList()));
        }
    }

    private static void tables(List<Path> tables, Finder finder) {
        for (int i = 0; i < tables.size(); i++) {
            String way = "process.logsources[" + i + "]";
            if (!Files.isRegularFile(tables.get(i))) {
                finder.found(ProblemCode.MISSING_FILE, way, "there is no file " + tables.get(i),
                        "mend the path; relative ones begin at the configuration's directory");
                continue;
            }
            try {
                LogSourceClassifier.of(List.of(tables.get(i)));
            } catch (TableException e) {
                String[] told = String.valueOf(e.getMessage()).split("; ", 2);
                finder.found(ProblemCode.REFUSED, way, told[0], told.length > 1 ? told[1] : "mend the table");
            }
        }
    }

    private static void rules(TocsinConfig config, Finder finder) {
        List<Path> paths = config.detect().rules();
        for (int i = 0; i < paths.size(); i++) {
            if (!Files.exists(paths.get(i))) {
                finder.found(ProblemCode.MISSING_FILE, "detect.rules[" + i + "]",
                        "there is nothing at " + paths.get(i),
                        "mend the path, or remove it; relative ones begin at the configuration's directory");
            }
        }
        List<Path> pipelines = config.detect().pipeline();
        for (int i = 0; i < pipelines.size(); i++) {
            if (!Files.isRegularFile(pipelines.get(i))) {
                finder.found(ProblemCode.MISSING_FILE, "detect.pipeline" + (pipelines.size() > 1 ? "[" + i + "]" : ""),
                        "there is no file " + pipelines.get(i),
                        "mend the path, or remove it: without a pipeline the rules are used as they are");
                return;
            }
        }
        if (!paths.isEmpty()) {
            load(config, finder);
        }
    }

    private static void load(TocsinConfig config, Finder finder) {
        SigmaLoading.Loaded loaded;
        try {
            loaded = SigmaLoading.load(config.detect());
        } catch (UncheckedIOException e) {
            finder.found(ProblemCode.UNREADABLE, "detect.rules", e.getMessage() + ": " + e.getCause(),
                    "let the node's user read it");
            return;
        }
        Map<String, Problem> refused = new HashMap<>();
        for (Problem p : loaded.problems()) {
            boolean ofPipeline = config.detect().pipeline().stream()
                    .anyMatch(pipeline -> p.where().startsWith(pipeline.toString()));
            boolean missing = config.detect().rules().stream().anyMatch(r -> r.toString().equals(p.where()));
            if (p.code().startsWith("W") || missing || refused.putIfAbsent(p.toString(), p) != null) {
                continue;
            }
            if (ofPipeline) {
                finder.problems().add(ProblemCode.REFUSED.problem(p.where(), p.what(), p.hint()));
            } else {
                finder.problems().add(ProblemCode.RULE_REFUSED.problem(p.where(), p.code() + " " + p.what(),
                        p.hint()));
            }
        }
        if (loaded.ruleset().rules().isEmpty() && config.detect().rules().stream().allMatch(Files::exists)) {
            finder.found(ProblemCode.NO_RULES, "detect.rules", "no rule is loaded, so nothing will raise an alert",
                    "name a directory with Sigma rules, such as examples/rules");
        }
    }
}
