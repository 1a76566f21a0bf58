package dev.tocsin.node;

import dev.tocsin.base.Problem;
import dev.tocsin.config.ConfigFile;
import dev.tocsin.config.Outcome;
import dev.tocsin.node.connector.ConnectorConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a connector's configuration and everything it names, without opening or writing anything. A start runs it first. */
public final class ConnectorCheck {
    private ConnectorCheck() {
    }

    /** @param config null when there is an error among the problems */
    public record Read(@Nullable ConnectorConfig config, List<Problem> problems) {
    }

    public static Read read(Path file) {
        return of(ConfigFile.read(file, ConnectorConfig.class));
    }

    /** Reads text whose paths begin at the working directory. */
    public static Read parse(String yaml, String name) {
        return of(ConfigFile.parse(yaml, name, Path.of("").toAbsolutePath(), ConnectorConfig.class, System::getenv));
    }

    private static Read of(Outcome<ConnectorConfig> read) {
        List<Problem> problems = new ArrayList<>(read.problems());
        read.value().ifPresent(config -> {
            Finder finder = new Finder(read.marks(), problems);
            ContentCheck.sources(config.sources(), finder);
            config.sinks().keySet().forEach(name -> ContentCheck.name("sinks", name, finder));
            ContentCheck.process(config.process(), finder);
            StoreCheck.lookups(config.process().steps(), Map.of(),
                    "a connector has no stores; lookups need a node, `tocsin run`", finder);
            DirectoryCheck.sinks(config.sinks(), finder);
            SinkCheck.check(config.sinks(), finder);
        });
        return new Read(read.value().orElse(null), read.marks().sorted(problems));
    }
}
