package dev.tocsin.node;

import dev.tocsin.base.Problem;
import dev.tocsin.config.ConfigFile;
import dev.tocsin.config.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a configuration as a start does, and everything it names, without opening or writing anything. A start runs this
 * very code first, so that what is accepted here starts.
 */
public final class ConfigCheck {
    private ConfigCheck() {
    }

    /** @param file null for the defaults; their paths begin at the working directory */
    public static Outcome<TocsinConfig> read(@Nullable Path file) {
        return file != null ? ConfigFile.read(file, TocsinConfig.class) : parse("", "defaults");
    }

    /** Reads text whose paths begin at the working directory. */
    public static Outcome<TocsinConfig> parse(String yaml, String name) {
        return ConfigFile.parse(yaml, name, Path.of("").toAbsolutePath(), TocsinConfig.class, System::getenv);
    }

    /** All problems, those of the file and those of what it names. */
    public static List<Problem> problems(Outcome<TocsinConfig> read) {
        List<Problem> problems = new ArrayList<>(read.problems());
        read.value().ifPresent(config -> {
            Finder finder = new Finder(read.marks(), problems);
            DirectoryCheck.check(config, finder);
            ListenerCheck.check(config, finder);
            SinkCheck.check(config.sinks(), finder);
            ContentCheck.check(config, finder);
            StoreCheck.check(config, finder);
        });
        return read.marks().sorted(problems);
    }
}
