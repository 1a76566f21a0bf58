package dev.tocsin.content;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A git repository. Where the ref is {@code HEAD}, files of git tell whether it may have moved, and git is only asked then, and
 * now and then in case it keeps refs in some other way.
 */
final class GitFeed implements FeedSource {
    private static final long ASK_NANOS = Duration.ofSeconds(5).toNanos();

    private final GitFeedConfig config;
    private final ContentLimits limits;
    private final GitTree git;
    private String commit = "";
    private List<String> stamps = List.of();
    private long asked;

    GitFeed(GitFeedConfig config, ContentLimits limits) {
        this.config = config;
        this.limits = limits;
        this.git = new GitTree(config.path());
    }

    private List<Path> heads = List.of();

    @Override
    public String look() throws IOException {
        List<String> now = stamps();
        boolean quiet = config.ref().equals("HEAD") && !now.isEmpty() && now.equals(stamps)
                && System.nanoTime() - asked < ASK_NANOS;
        if (!quiet || commit.isEmpty()) {
            heads = git.heads();
            // Before git is asked, so that what changes meanwhile is seen next time.
            stamps = stamps();
            commit = git.commit(config.ref());
            asked = System.nanoTime();
        }
        return commit;
    }

    private List<String> stamps() throws IOException {
        List<String> stamps = new ArrayList<>();
        for (Path head : heads) {
            try {
                stamps.add(head + " " + Files.size(head) + " " + Files.getLastModifiedTime(head));
            } catch (NoSuchFileException _) {
                stamps.add(head + " none");
            }
        }
        return stamps;
    }

    @Override
    public ContentTree read() throws IOException {
        return git.read(commit, config.directory(), limits);
    }
}
