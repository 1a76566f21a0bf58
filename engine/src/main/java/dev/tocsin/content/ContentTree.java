package dev.tocsin.content;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * The files of a content as its authors keep them: what lies in the directory {@code pipelines} at the top is a pipeline,
 * all else that ends in {@code .yml}, {@code .yaml} or {@code .json} belongs to the rules.
 *
 * @param files by name with slashes, below the top
 * @param commit what it is called; empty for the digest of what it holds
 */
public record ContentTree(SortedMap<String, byte[]> files, String commit) {
    static final String PIPELINES = "pipelines/";
    private static final int DEPTH_MAX = 30;

    public ContentTree {
        files = Collections.unmodifiableSortedMap(files);
        if (!commit.matches("[A-Za-z0-9][A-Za-z0-9._+-]{0,99}|")) {
            throw ContentException.of("", "a commit has 1 to 100 letters, digits, dots, dashes: \"" + commit + "\"",
                    "give the commit of your repository");
        }
    }

    /**
     * Reads a directory. Files may be links, as in a mounted ConfigMap; what begins with a dot is left out.
     *
     * @throws ContentException when it is too large
     */
    public static ContentTree ofDirectory(Path directory, String commit, ContentLimits limits) throws IOException {
        // Where the directory itself is a link that is exchanged, all is read from one side of the exchange.
        Path root = directory.toRealPath();
        Reader reader = new Reader(directory.toString(), limits);
        for (Path file : files(root).keySet()) {
            if (Files.size(file) > limits.bytesMax()) {
                limits.require(file.toString(), 0, Files.size(file));
            }
            reader.add(root.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
        }
        return new ContentTree(reader.files, commit);
    }

    /** The files that count below a directory, in no order, and what is behind each name. */
    static Map<Path, BasicFileAttributes> files(Path root) throws IOException {
        Map<Path, BasicFileAttributes> found = new HashMap<>();
        Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), DEPTH_MAX, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                boolean hidden = !directory.equals(root) && directory.getFileName().toString().startsWith(".");
                return hidden ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile() && counts(root.relativize(file).toString().replace('\\', '/'))) {
                    found.put(file, attributes);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                // It was there a moment ago; what is left of it will be looked at next time.
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    /**
     * Reads a zip file, of which one directory that has everything is taken off, as forges put it there.
     *
     * @throws ContentException when it is no zip file, too large, or has names that lead out of it
     */
    public static ContentTree ofZip(InputStream zip, String commit, ContentLimits limits) throws IOException {
        TreeMap<String, byte[]> all = new TreeMap<>();
        long bytes = 0;
        try (ZipInputStream in = new ZipInputStream(zip)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                String name = entry.getName();
                requireName(name);
                if (entry.isDirectory()) {
                    continue;
                }
                byte[] content = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, limits.bytesMax() - bytes + 1));
                bytes += content.length;
                limits.require(name, all.size() + 1, bytes);
                if (all.put(name, content) != null) {
                    throw ContentException.of(name, "the zip file has this name twice", "make it anew");
                }
            }
        } catch (ZipException e) {
            throw ContentException.of("", "this is no zip file: " + e.getMessage(), "");
        }
        if (all.isEmpty()) {
            throw ContentException.of("", "this is no zip file, or an empty one", "");
        }
        String top = top(all);
        TreeMap<String, byte[]> files = new TreeMap<>();
        all.forEach((name, content) -> {
            if (counts(name.substring(top.length()))) {
                files.put(name.substring(top.length()), content);
            }
        });
        return new ContentTree(files, commit);
    }

    /** Writes what {@link #ofZip} reads. */
    public void zip(OutputStream to) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(to);
        zip.setLevel(Deflater.BEST_SPEED);
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            // Below one directory, which the reader takes off, so that it takes off none of ours.
            zip.putNextEntry(new ZipEntry("content/" + file.getKey()));
            zip.write(file.getValue());
            zip.closeEntry();
        }
        zip.finish();
    }

    private static String top(SortedMap<String, byte[]> files) {
        String first = files.firstKey();
        String top = first.substring(0, first.indexOf('/') + 1);
        boolean all = !top.isEmpty() && !top.equals(PIPELINES) && files.keySet().stream().allMatch(n -> n.startsWith(
                top));
        return all ? top : "";
    }

    /** @throws ContentException when the name leads out of the archive, or is none */
    static void requireName(String name) {
        boolean bad = name.isEmpty() || name.startsWith("/") || name.contains("\\") || name.contains("\0")
                || name.contains("//") || name.matches("^[A-Za-z]:.*")
                || name.length() > ContentLimits.NAME_CHARACTERS_MAX;
        for (String part : name.split("/", -1)) {
            bad |= part.equals("..") || part.equals(".");
        }
        if (bad) {
            throw ContentException.of(dev.tocsin.base.Printable.clip(name, 100),
                    "a file in an archive cannot have this name", "names lead downwards, with slashes between");
        }
    }

    /** Whether a file is part of a content, by its name. */
    static boolean counts(String name) {
        boolean hidden = name.startsWith(".") || name.contains("/.");
        return !hidden && name.matches(".*\\.(ya?ml|json)") || name.matches("(.*/)?\\.tocsin-lint\\.yaml");
    }

    /** The same with these files as pipelines, if it has none of its own. */
    public ContentTree withPipelines(List<Path> pipelines) throws IOException {
        if (pipelines.isEmpty() || files.keySet().stream().anyMatch(n -> n.startsWith(PIPELINES))) {
            return this;
        }
        TreeMap<String, byte[]> more = new TreeMap<>(files);
        for (int i = 0; i < pipelines.size(); i++) {
            more.put(PIPELINES + String.format(java.util.Locale.ROOT, "%03d-", i) + pipelines.get(i).getFileName(),
                    Files.readAllBytes(pipelines.get(i)));
        }
        return new ContentTree(more, commit);
    }

    private static final class Reader {
        private final String where;
        private final ContentLimits limits;
        private final TreeMap<String, byte[]> files = new TreeMap<>();
        private long bytes;

        Reader(String where, ContentLimits limits) {
            this.where = where;
            this.limits = limits;
        }

        void add(String name, byte[] content) {
            requireName(name);
            bytes += content.length;
            files.put(name, content);
            limits.require(where, files.size(), bytes);
        }
    }
}
