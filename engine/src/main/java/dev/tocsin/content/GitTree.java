package dev.tocsin.content;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What is committed in a git repository, by the {@code git} command. Nothing is changed, nothing is fetched. */
public final class GitTree {
    private static final long PATIENCE_SECONDS = 60;

    private final Path path;

    public GitTree(Path path) {
        this.path = path;
    }

    /** @throws IllegalArgumentException when git could take it for an option */
    static void requireRef(String ref) {
        if (!ref.matches("[A-Za-z0-9_@][A-Za-z0-9_./@{}^~+-]{0,199}")) {
            throw new IllegalArgumentException("ref is no name of a commit: \"" + ref + "\"");
        }
    }

    /** The commit of a branch, tag or other name. @throws IOException in git's own words */
    public String commit(String ref) throws IOException {
        requireRef(ref);
        return text("rev-parse", "--verify", "--quiet", ref + "^{commit}");
    }

    /** The commit of the files in the directory, if it is in a working tree and none of them was changed since. */
    public Optional<String> cleanCommit() {
        Path above = path.toAbsolutePath();
        while (above != null && !Files.exists(above.resolve(".git"))) {
            above = above.getParent();
        }
        if (above == null) {
            return Optional.empty();
        }
        try {
            return text("status", "--porcelain", "--", ".").isEmpty()
                    ? Optional.of(text("rev-parse", "--verify", "--quiet", "HEAD^{commit}"))
                    : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** What a commit has in a directory of the repository. */
    public ContentTree read(String commit, String directory, ContentLimits limits) throws IOException {
        String of = directory.equals(".") || directory.isEmpty() ? commit : commit + ":" + directory;
        // One directory on top, so that a repository with a single directory keeps it.
        byte[] zip = run("archive", "--format=zip", "-0", "--prefix=top/", of);
        return ContentTree.ofZip(new ByteArrayInputStream(zip), commit, limits);
    }

    /** Files whose change may mean that a ref has changed; asking git costs more than looking at them. */
    List<Path> heads() throws IOException {
        Path git = Path.of(text("rev-parse", "--absolute-git-dir"));
        Path common = Path.of(text("rev-parse", "--path-format=absolute", "--git-common-dir"));
        List<Path> heads = new ArrayList<>(List.of(git.resolve("HEAD"), common.resolve("packed-refs")));
        Path head = git.resolve("HEAD");
        if (Files.isRegularFile(head)) {
            String line = Files.readString(head).strip();
            if (line.startsWith("ref: ")) {
                heads.add(common.resolve(line.substring(5)));
            }
        }
        return heads;
    }

    private String text(String... arguments) throws IOException {
        return new String(run(arguments), StandardCharsets.UTF_8).strip();
    }

    private byte[] run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("git", "-C", path.toString()));
        command.addAll(List.of(arguments));
        Path trouble = Files.createTempFile("tocsin-git", ".txt");
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(trouble.toFile());
            // A status would otherwise write the index anew, which a person's own git may be about to do.
            builder.environment().put("GIT_OPTIONAL_LOCKS", "0");
            Process git = builder.start();
            git.getOutputStream().close();
            byte[] said = git.getInputStream().readAllBytes();
            if (!git.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                git.destroyForcibly();
                throw new IOException("git " + arguments[0] + " does not end");
            }
            if (git.exitValue() != 0) {
                String words = Files.readString(trouble).strip().lines().findFirst()
                        .orElse("there is no such commit or directory in " + path);
                throw new IOException("git " + arguments[0] + ": " + words);
            }
            return said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for git", e);
        } finally {
            Files.deleteIfExists(trouble);
        }
    }
}
