package dev.tocsin.source;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Finds the files that patterns name. Links are followed; a file with several names is found once. */
final class Globs {
    private final List<Glob> globs;

    /** @param depth how far below the base a match can be */
    private record Glob(Path base, int depth, PathMatcher matcher) {
    }

    /**
     * A file as it is found.
     *
     * @param physical the same for as long as it is the same file on disk, whatever its name
     */
    record Found(Object physical, Path path, FileTime modified, long size) {
    }

    Globs(List<Path> patterns) {
        globs = patterns.stream().map(Globs::glob).toList();
    }

    private static Glob glob(Path pattern) {
        Path absolute = pattern.toAbsolutePath().normalize();
        Path base = absolute.getRoot();
        int plain = 0;
        while (plain < absolute.getNameCount() && !absolute.getName(plain).toString().matches(".*[*?\\[{].*")) {
            base = base.resolve(absolute.getName(plain++));
        }
        int depth = absolute.toString().contains("**") ? Integer.MAX_VALUE : absolute.getNameCount() - plain;
        return new Glob(base, depth, FileSystems.getDefault().getPathMatcher("glob:" + absolute));
    }

    /** Oldest change first. @param trouble told of what could not be looked at */
    List<Found> find(Consumer<String> trouble) {
        Map<Object, Found> found = new HashMap<>();
        for (Glob glob : globs) {
            if (!Files.exists(glob.base)) {
                continue;
            }
            try {
                Files.walkFileTree(glob.base, EnumSet.of(FileVisitOption.FOLLOW_LINKS), glob.depth,
                        new Visitor(glob, found, trouble));
            } catch (IOException e) {
                trouble.accept(glob.base + ": " + e);
            }
        }
        List<Found> all = new ArrayList<>(found.values());
        all.sort(Comparator.comparing(Found::modified).thenComparing(Found::path));
        return all;
    }

    private static final class Visitor extends SimpleFileVisitor<Path> {
        private final Glob glob;
        private final Map<Object, Found> found;
        private final Consumer<String> trouble;

        Visitor(Glob glob, Map<Object, Found> found, Consumer<String> trouble) {
            this.glob = glob;
            this.found = found;
            this.trouble = trouble;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            boolean itself = file.equals(glob.base) && glob.depth == 0;
            if (attributes.isRegularFile() && (itself || glob.matcher.matches(file))) {
                Object key = attributes.fileKey() == null ? file : attributes.fileKey();
                found.putIfAbsent(key, new Found(key, file, attributes.lastModifiedTime(), attributes.size()));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException why) {
            // A file that is gone meanwhile is no trouble, and a link into a loop was seen already.
            if (Files.exists(file) && !(why instanceof java.nio.file.FileSystemLoopException)) {
                trouble.accept(file + " cannot be looked at: " + why.getMessage());
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException why) {
            if (why != null) {
                trouble.accept(directory + ": " + why.getMessage());
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
