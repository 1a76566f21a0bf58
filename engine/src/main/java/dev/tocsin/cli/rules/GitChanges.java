package dev.tocsin.cli.rules;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Asks git which files differ from a commit; files that git does not know yet count as changed. */
final class GitChanges {
    /** Where a branch most likely began, best first. */
    private static final List<String> BASES = List.of("@{upstream}", "origin/HEAD", "origin/main", "origin/master",
            "main", "master");
    private static final long PATIENCE_SECONDS = 60;

    private final Path directory;

    private GitChanges(Path directory) {
        this.directory = directory;
    }

    /**
     * Files below the work tree that a directory is in, absolute and normalised.
     *
     * @param base a commit; empty for the point where the branch left its upstream, or main
     * @throws IOException saying why git cannot answer, in its own words
     */
    static Set<Path> since(Path directory, String base) throws IOException {
        GitChanges git = new GitChanges(directory);
        Path top = Path.of(git.run("rev-parse", "--show-toplevel").strip());
        String from = base.isEmpty() ? git.base() : base;
        Set<Path> changed = new HashSet<>();
        GitChanges whole = new GitChanges(top);
        for (String name : (whole.run("diff", "--name-only", "-z", from, "--") + "\0"
                + whole.run("ls-files", "--others", "--exclude-standard", "-z")).split("\0")) {
            if (!name.isBlank()) {
                changed.add(top.resolve(name).normalize());
            }
        }
        return changed;
    }

    private String base() {
        for (String candidate : BASES) {
            try {
                return run("merge-base", "HEAD", candidate).strip();
            } catch (IOException _) {
                // There is no such branch here; the next one.
                continue;
            }
        }
        return "HEAD";
    }

    private String run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("git", "-C", directory.toString()));
        command.addAll(List.of(arguments));
        Process git = new ProcessBuilder(command).start();
        git.getOutputStream().close();
        String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        // Read afterwards: git complains in a few lines, which fit into the pipe.
        String trouble = new String(git.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!git.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || git.exitValue() != 0) {
                git.destroy();
                throw new IOException(
                        "git " + arguments[0] + ": " + trouble.strip().lines().findFirst().orElse("failed"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for git", e);
        }
        return said;
    }
}
