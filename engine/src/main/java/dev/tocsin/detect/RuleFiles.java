package dev.tocsin.detect;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Names a content of rules: by file names below the given directories and bytes, not by where the directories are. */
public final class RuleFiles {
    private static final int DIGITS = 32;

    private RuleFiles() {
    }

    /**
     * The first 32 hexadecimal digits of a SHA-256 over all rule files (as the rule loader takes them: YAML, no tests,
     * nothing hidden) and others that change what they mean.
     *
     * @param others pipelines, for example
     * @throws UncheckedIOException when a file cannot be read
     */
    public static String digest(Collection<Path> filesOrDirectories, List<Path> others) {
        TreeMap<String, Path> byName = new TreeMap<>();
        for (Path path : filesOrDirectories) {
            if (Files.isDirectory(path)) {
                below(path, byName);
            } else if (Files.isRegularFile(path)) {
                byName.put(path.getFileName().toString(), path);
            }
        }
        for (int i = 0; i < others.size(); i++) {
            if (Files.isRegularFile(others.get(i))) {
                byName.put("/" + i + "/" + others.get(i).getFileName(), others.get(i));
            }
        }
        return digest(byName);
    }

    private static void below(Path root, Map<String, Path> byName) {
        try (Stream<Path> files = Files.walk(root)) {
            files.filter(Files::isRegularFile).forEach(file -> {
                String name = root.relativize(file).toString().replace('\\', '/');
                boolean hidden = name.startsWith(".") || name.contains("/.");
                if (!hidden && name.matches(".*(?<!\\.test)\\.ya?ml")) {
                    byName.put(name, file);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the rules in " + root, e);
        }
    }

    private static String digest(Map<String, Path> byName) {
        return digest(digest -> byName.forEach((name, file) -> {
            add(digest, name.getBytes(StandardCharsets.UTF_8));
            add(digest, bytes(file));
        }));
    }

    /** As many digits, over texts. */
    static String digestOf(List<String> texts) {
        return digest(digest -> texts.forEach(text -> add(digest, text.getBytes(StandardCharsets.UTF_8))));
    }

    /** The file's name below that of the paths in which it lies; the last part of it if it is one of them. */
    static String name(Collection<Path> filesOrDirectories, String file) {
        for (Path root : filesOrDirectories) {
            // Rules may lie in an archive, which is a file system of its own.
            Path path = root.getFileSystem().getPath(file).toAbsolutePath().normalize();
            Path top = root.toAbsolutePath().normalize();
            if (path.startsWith(top) && !path.equals(top)) {
                return top.relativize(path).toString().replace('\\', '/');
            }
        }
        Path last = Path.of(file).getFileName();
        return last == null ? file : last.toString();
    }

    private static String digest(Consumer<MessageDigest> what) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            what.accept(digest);
            return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void add(MessageDigest digest, byte[] part) {
        digest.update(ByteBuffer.allocate(4).putInt(part.length).flip());
        digest.update(part);
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
