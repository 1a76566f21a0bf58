package dev.tocsin.source.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * State in a directory of one machine. {@code <source>.lock} is locked as long as somebody leads: the lock is the
 * operating system's, goes with the process that has it, and a process that is only paused keeps it. {@code <source>.state}
 * has the epoch, a line end, and the document; it is replaced whole, and is on disk before a write returns.
 *
 * <p>A write looks at the epoch that is there first, so even who got past the lock (the file was deleted, or is on a
 * network disk that does not lock) is found out at its next write. Between two such processes that look at the same moment
 * there is no fence: that is what the other kinds of state are for.
 */
final class FileState implements FencedState {
    private record Stored(long epoch, String document) {
    }

    private final Path lockFile;
    private final Path stateFile;
    private final Path newFile;
    private @Nullable FileTerm term;

    FileState(String source, FileStateConfig config) {
        Path directory = config.directory();
        String name = Documents.checkSource(source);
        lockFile = directory.resolve(name + ".lock");
        stateFile = directory.resolve(name + ".state");
        newFile = directory.resolve(name + ".state.new");
    }

    @Override
    public synchronized Optional<Term> tryLead() throws IOException {
        Files.createDirectories(stateFile.toAbsolutePath().getParent());
        FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean leads = false;
        try {
            if (channel.tryLock() == null) {
                return Optional.empty();
            }
            Stored stored = read();
            FileTerm next = new FileTerm(channel, stored.epoch + 1, stored.document);
            replace(next.epoch, next.document);
            leads = true;
            term = next;
            return Optional.of(next);
        } catch (OverlappingFileLockException _) {
            return Optional.empty();
        } finally {
            if (!leads) {
                channel.close();
            }
        }
    }

    @Override
    public synchronized void close() {
        if (term != null) {
            term.close();
        }
    }

    private Stored read() throws IOException {
        String text;
        try {
            text = Files.readString(stateFile);
        } catch (NoSuchFileException _) {
            return new Stored(0, "");
        }
        int line = text.indexOf('\n');
        if (line < 1 || !text.substring(0, line).matches("\\d{1,18}")) {
            throw new IOException(stateFile + " is not a state that was written here; move it away to begin anew");
        }
        return new Stored(Long.parseLong(text.substring(0, line)), text.substring(line + 1));
    }

    private void replace(long epoch, String document) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((epoch + "\n" + document).getBytes(StandardCharsets.UTF_8));
        try (FileChannel out = FileChannel.open(newFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        try {
            Files.move(newFile, stateFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("the disk of " + stateFile + " cannot replace a file as one step; use another", e);
        }
        try (FileChannel directory = FileChannel.open(stateFile.toAbsolutePath().getParent(),
                StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private final class FileTerm implements Term {
        private final FileChannel lock;
        private final long epoch;
        private final String document;
        private @Nullable String over;

        FileTerm(FileChannel lock, long epoch, String document) {
            this.lock = lock;
            this.epoch = epoch;
            this.document = document;
        }

        @Override
        public long epoch() {
            return epoch;
        }

        @Override
        public String document() {
            return document;
        }

        @Override
        public synchronized void write(String next) throws IOException {
            Documents.bytes(next);
            renew();
            replace(epoch, next);
        }

        @Override
        public synchronized void renew() throws IOException {
            if (over != null) {
                throw new FencedException("this term is over: " + over);
            }
            long stored = read().epoch;
            if (stored != epoch) {
                over = stateFile + " is at epoch " + stored + " and this is " + epoch;
                lock.close();
                throw new FencedException(over + "; nothing was written");
            }
        }

        @Override
        public synchronized boolean isHeld() {
            return over == null;
        }

        @Override
        public synchronized void close() {
            if (over == null) {
                over = "it was ended here";
            }
            try {
                lock.close();
            } catch (IOException _) {
                // The lock goes with the process.
            }
        }
    }
}
