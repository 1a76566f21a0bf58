package dev.tocsin.content;

import dev.tocsin.base.Printable;
import dev.tocsin.sigma.RuleCache;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * A bundle that is open: one zip file with {@code manifest.json}, {@code rules/…} and {@code pipelines/…}. Its name is the
 * SHA-256 of its bytes. Entries are sorted, of one fixed time, and not compressed (the log does that), since what a
 * compressor makes depends on its version: the same files make the same bytes on every machine.
 *
 * <p>Rules are read out of the file where it lies; nothing is unpacked, so nothing half unpacked is ever found.
 */
public final class Bundle implements AutoCloseable {
    private static final String RULES = "rules/";
    private static final LocalDateTime TIME = LocalDateTime.of(2000, 1, 1, 0, 0);

    private final String sha256;
    private final Path file;
    private final FileSystem files;
    private final Manifest manifest;

    private Bundle(String sha256, Path file, FileSystem files, Manifest manifest) {
        this.sha256 = sha256;
        this.file = file;
        this.files = files;
        this.manifest = manifest;
    }

    /**
     * Packs a tree.
     *
     * @param cache learns the rules of the tree, so that they need not be read again to load them
     * @param to is made, or replaced
     */
    public static void pack(ContentTree tree, RuleCache cache, Path to) throws IOException {
        TreeMap<String, byte[]> entries = new TreeMap<>();
        tree.files().forEach((name, bytes) -> entries.put(name.startsWith(ContentTree.PIPELINES) ? name : RULES + name,
                bytes));
        entries.put(Manifest.FILE, manifest(entries, tree.commit(), cache).write());
        try (OutputStream out = Files.newOutputStream(to);
                ZipOutputStream zip = new ZipOutputStream(new BufferedOutputStream(out, 1 << 16))) {
            zip.setMethod(ZipOutputStream.STORED);
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                ZipEntry head = new ZipEntry(entry.getKey());
                CRC32 crc = new CRC32();
                crc.update(entry.getValue());
                head.setTimeLocal(TIME);
                head.setCrc(crc.getValue());
                head.setSize(entry.getValue().length);
                head.setCompressedSize(entry.getValue().length);
                zip.putNextEntry(head);
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
    }

    private static Manifest manifest(SortedMap<String, byte[]> entries, String commit, RuleCache cache) {
        List<Manifest.Rule> rules = new ArrayList<>();
        TreeMap<String, String> hashes = new TreeMap<>();
        entries.forEach((name, bytes) -> {
            hashes.put(name, Manifest.hash(bytes));
            if (isRule(name)) {
                boolean tested = entries.containsKey(testsOf(name));
                cache.heads(name, bytes).forEach(h -> rules.add(new Manifest.Rule(text(h.id()), name, text(h.author()),
                        tested)));
            }
        });
        return new Manifest(commit.isEmpty() ? digest(hashes) : commit, rules, hashes);
    }

    private static String text(@org.jspecify.annotations.Nullable String text) {
        return text == null ? "" : Printable.clip(text, 500);
    }

    /** Names a content that no repository names: by its rules and pipelines, not by their tests. */
    private static String digest(SortedMap<String, String> hashes) {
        StringBuilder all = new StringBuilder();
        hashes.forEach((name, hash) -> {
            if (isRule(name) || name.startsWith(ContentTree.PIPELINES)) {
                all.append(hash).append(' ').append(name).append('\n');
            }
        });
        return Hashes.sha256(all.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8)).substring(0, 32);
    }

    static boolean isRule(String name) {
        return name.startsWith(RULES) && name.matches(".*(?<!\\.test)\\.ya?ml") && !name.contains("/.");
    }

    /** The name of the tests of a rule file. */
    static String testsOf(String rule) {
        int dot = rule.lastIndexOf('.');
        return rule.substring(0, dot) + ".test" + rule.substring(dot);
    }

    /**
     * Opens a bundle whose hash was computed, or has to be.
     *
     * @param expected the SHA-256 that it must have; empty for any
     * @throws ContentException when it is none: another hash, no zip file, a bomb, names that lead out of it
     */
    public static Bundle open(Path file, String expected, ContentLimits limits) throws IOException {
        String sha256 = Hashes.sha256(file);
        if (!expected.isEmpty() && !expected.equals(sha256)) {
            throw ContentException.of(file.getFileName().toString(), "the bundle is damaged: its hash is "
                    + Trust.short12(sha256) + " instead of " + Trust.short12(expected), "it is fetched again");
        }
        try {
            Manifest manifest = examined(file, limits);
            return new Bundle(sha256, file, FileSystems.newFileSystem(file, Map.of("accessMode", "readOnly")),
                    manifest);
        } catch (java.util.zip.ZipException e) {
            throw ContentException.of(file.getFileName().toString(), "the bundle is no zip file: " + e.getMessage(),
                    "push it again");
        }
    }

    /** Looks at every entry before anything else does. */
    private static Manifest examined(Path file, ContentLimits limits) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            long bytes = 0;
            int count = 0;
            for (ZipEntry entry : Collections.list(zip.entries())) {
                ContentTree.requireName(entry.getName());
                if (entry.getMethod() != ZipEntry.STORED || entry.getSize() != entry.getCompressedSize()) {
                    throw ContentException.of(entry.getName(), "a bundle is not compressed, and this file in it is",
                            "push the directory instead");
                }
                bytes += entry.getSize();
                limits.require(file.getFileName().toString(), ++count, bytes);
            }
            ZipEntry head = zip.getEntry(Manifest.FILE);
            if (head == null) {
                throw ContentException.of(file.getFileName().toString(), "the bundle has no " + Manifest.FILE,
                        "push the directory instead");
            }
            try (InputStream in = zip.getInputStream(head)) {
                return Manifest.read(in.readAllBytes());
            }
        }
    }

    /** By which it is known: 64 hexadecimal digits. */
    public String sha256() {
        return sha256;
    }

    public Path file() {
        return file;
    }

    public Manifest manifest() {
        return manifest;
    }

    public String commit() {
        return manifest.commit();
    }

    /** What a rule loader takes; names of files begin with {@code rules/}. */
    List<Path> rules() {
        return List.of(files.getPath("rules")).stream().filter(Files::isDirectory).toList();
    }

    List<Path> pipelines() {
        Path directory = files.getPath("pipelines");
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(f -> f.toString().matches(".*\\.ya?ml")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the bundle cannot be read", e);
        }
    }

    /** A file of the bundle. */
    Path path(String name) {
        return files.getPath(name);
    }

    /** Rule files that are not the same in another bundle, or whose tests are not; all when the pipelines differ. */
    List<String> changedSince(Manifest other) {
        Map<String, String> before = other.hashes();
        boolean all = !pipelineHashes(manifest.hashes()).equals(pipelineHashes(before));
        return manifest.hashes().keySet().stream().filter(Bundle::isRule).filter(name -> all || differs(name, before)
                || differs(testsOf(name), before)).toList();
    }

    private boolean differs(String name, Map<String, String> before) {
        return !java.util.Objects.equals(manifest.hashes().get(name), before.get(name));
    }

    private static Map<String, String> pipelineHashes(Map<String, String> hashes) {
        Map<String, String> pipelines = new TreeMap<>(hashes);
        pipelines.keySet().removeIf(name -> !name.startsWith(ContentTree.PIPELINES));
        return pipelines;
    }

    /** The file stays. */
    @Override
    public void close() {
        try {
            files.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the bundle " + file + " cannot be closed", e);
        }
    }
}
