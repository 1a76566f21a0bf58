package dev.tocsin.sink;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A file and those that were set aside from it: {@code path}, {@code path.1}, {@code path.2}, …; the newest is highest. */
record FileFamily(Disk disk, Path path) {

    Path marker() {
        return beside(".new");
    }

    Path aside(long number) {
        return beside("." + number);
    }

    /** One more than the highest number in use. */
    long nextNumber() throws IOException {
        return numbers().stream().mapToLong(n -> n).max().orElse(0) + 1;
    }

    /** If the file of that number was set aside, it is the current one again. */
    void undo(long number) throws IOException {
        if (disk.exists(aside(number))) {
            disk.move(aside(number), path);
            disk.forceDirectory(path);
        }
    }

    /** Removes all but the newest of those with a lower number. */
    void prune(long below, int keep) throws IOException {
        List<Long> old = numbers().stream().filter(n -> n < below).sorted(Comparator.reverseOrder()).skip(keep)
                .toList();
        for (long number : old) {
            disk.delete(aside(number));
        }
    }

    private List<Long> numbers() throws IOException {
        List<Long> numbers = new ArrayList<>();
        String prefix = path.getFileName() + ".";
        for (Path sibling : disk.siblings(path)) {
            String name = sibling.getFileName().toString();
            if (name.startsWith(prefix) && name.substring(prefix.length()).matches("[1-9]\\d{0,17}")) {
                numbers.add(Long.parseLong(name.substring(prefix.length())));
            }
        }
        return numbers;
    }

    private Path beside(String suffix) {
        return path.resolveSibling(path.getFileName() + suffix);
    }
}
