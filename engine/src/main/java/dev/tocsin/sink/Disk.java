package dev.tocsin.sink;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What a file sink needs of a file system, so that tests can crash it after any step. */
interface Disk {
    boolean exists(Path file);

    long size(Path file) throws IOException;

    /** Makes it if it is not there, with its directories. Refuses while somebody else has it open. */
    OpenFile open(Path file) throws IOException;

    /** At once or not at all; replaces what is there. */
    void move(Path from, Path to) throws IOException;

    void delete(Path file) throws IOException;

    /** All files in the directory of that file. */
    List<Path> siblings(Path file) throws IOException;

    /** Makes durable which files are in the directory of that file. */
    void forceDirectory(Path file) throws IOException;

    /** A file that is written at its end only. */
    interface OpenFile extends Closeable {
        void append(byte[] bytes) throws IOException;

        void truncate(long length) throws IOException;

        /** Makes the content durable. */
        void force() throws IOException;

        @Override
        void close() throws IOException;
    }
}
