package dev.tocsin.sink;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that crashes after the n-th step. What a killed process wrote stays; what a power cut leaves is what was
 * forced and, of the rest, whatever chance kept: a directory as it is or as it was forced, a file with a part of its
 * unforced tail.
 */
final class FakeDisk implements Disk {
    /** The process is gone. An Error, so that nothing catches it. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1;
    }

    private static final class Content {
        byte[] now = new byte[0];
        byte[] forced = new byte[0];
        boolean open;
    }

    private Map<Path, Content> files = new TreeMap<>();
    private Map<Path, Content> forcedFiles = new TreeMap<>();
    private int stepsLeft = Integer.MAX_VALUE;
    private int steps;
    private @Nullable IOException failure;

    void crashAfter(int steps) {
        stepsLeft = steps;
    }

    /** Every write fails with this from now on; null for none. */
    void fail(@Nullable IOException with) {
        failure = with;
    }

    /** How many steps there were. */
    int steps() {
        return steps;
    }

    /** Something happened that a crash may follow. */
    void step() {
        steps++;
        if (--stepsLeft == 0) {
            throw new Crash();
        }
    }

    /** The process ended; its files are closed and everything is as the kernel has it. */
    void kill() {
        files.values().forEach(c -> c.open = false);
        forcedFiles.values().forEach(c -> c.open = false);
    }

    /** The machine ended. */
    void cutPower(Random chance) {
        kill();
        if (chance.nextBoolean()) {
            files = new TreeMap<>(forcedFiles);
        }
        for (Content c : files.values()) {
            int tail = c.now.length - c.forced.length;
            c.now = tail > 0 ? Arrays.copyOf(c.now, c.forced.length + chance.nextInt(tail + 1)) : c.forced;
            c.forced = c.now;
        }
        forcedFiles = new TreeMap<>(files);
    }

    byte[] read(Path file) {
        Content content = files.get(file);
        return content == null ? new byte[0] : content.now;
    }

    /** As somebody else would write it. */
    void write(Path file, byte[] bytes) {
        Content content = files.computeIfAbsent(file, _ -> new Content());
        content.now = bytes;
        content.forced = bytes;
        forcedFiles.put(file, content);
    }

    void lose(Path file) {
        files.remove(file);
        forcedFiles.remove(file);
    }

    List<Path> files() {
        return List.copyOf(files.keySet());
    }

    @Override
    public boolean exists(Path file) {
        return files.containsKey(file);
    }

    @Override
    public long size(Path file) {
        return read(file).length;
    }

    @Override
    public OpenFile open(Path file) throws IOException {
        Content content = files.get(file);
        if (content == null) {
            content = new Content();
            files.put(file, content);
            step();
        }
        if (content.open) {
            throw new IOException(file + " is open");
        }
        content.open = true;
        return new Opened(content);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        Content content = files.remove(from);
        if (content == null) {
            throw new IOException("no file " + from);
        }
        files.put(to, content);
        step();
    }

    @Override
    public void delete(Path file) {
        if (files.remove(file) != null) {
            step();
        }
    }

    @Override
    public List<Path> siblings(Path file) {
        return files();
    }

    @Override
    public void forceDirectory(Path file) {
        forcedFiles = new TreeMap<>(files);
        step();
    }

    private final class Opened implements OpenFile {
        private final Content content;

        Opened(Content content) {
            this.content = content;
        }

        @Override
        public void append(byte[] bytes) throws IOException {
            if (failure != null) {
                throw failure;
            }
            // In two parts, so that a crash can tear a line.
            int half = bytes.length / 2;
            add(Arrays.copyOfRange(bytes, 0, half));
            add(Arrays.copyOfRange(bytes, half, bytes.length));
        }

        private void add(byte[] bytes) {
            byte[] longer = Arrays.copyOf(content.now, content.now.length + bytes.length);
            System.arraycopy(bytes, 0, longer, content.now.length, bytes.length);
            content.now = longer;
            step();
        }

        @Override
        public void truncate(long length) {
            content.now = Arrays.copyOf(content.now, (int) length);
            if (content.forced.length > length) {
                content.forced = content.now;
            }
            step();
        }

        @Override
        public void force() {
            content.forced = content.now;
            step();
        }

        @Override
        public void close() {
            content.open = false;
        }
    }
}
