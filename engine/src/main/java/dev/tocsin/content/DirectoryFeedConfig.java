package dev.tocsin.content;

import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.Tag;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A directory of rules. */
@Tag("directory")
@Doc("A directory; whatever changes in it goes live, when it has been quiet for a moment. A mounted ConfigMap is one.")
public record DirectoryFeedConfig(@Doc("The directory.") Path path,
        @Doc("How often it is looked at.") @Default("1s") Duration every,
        @Doc("Whether good rules go live when others are refused.") @Default("false") boolean keepGood,
        @Doc("The engines that are to run it.") @Default("[\"*\"]") List<String> engines) implements FeedConfig {
    public DirectoryFeedConfig {
        FeedConfig.requireEvery(every);
        engines = List.copyOf(engines);
    }

    @Override
    public String describe() {
        return "directory " + path;
    }
}
