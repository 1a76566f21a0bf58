package dev.tocsin.content;

import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.Tag;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A git repository on this machine. */
@Tag("git")
@Doc("A git working tree or bare repository; what is committed to the ref goes live. Nothing is fetched from a remote.")
public record GitFeedConfig(@Doc("The working tree, or the bare repository.") Path path,
        @Doc("Branch, tag or other name of a commit.") @Default("HEAD") String ref,
        @Doc("Directory of the rules in the repository.") @Default(".") String directory,
        @Doc("How often it is looked at.") @Default("500ms") Duration every,
        @Doc("Whether good rules go live when others are refused.") @Default("false") boolean keepGood,
        @Doc("The engines that are to run it.") @Default("[\"*\"]") List<String> engines) implements FeedConfig {
    public GitFeedConfig {
        FeedConfig.requireEvery(every);
        GitTree.requireRef(ref);
        engines = List.copyOf(engines);
    }

    @Override
    public String describe() {
        return "git " + path + " " + ref;
    }
}
