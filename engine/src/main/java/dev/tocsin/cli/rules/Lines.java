package dev.tocsin.cli.rules;

import dev.tocsin.event.Json;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** The lines of a file as bytes, gzip recognised by its first bytes; a line longer than an event may be comes cut. */
final class Lines implements Closeable {
    private static final int BUFFER_BYTES = 1 << 16;

    /** @param cut longer than {@link Json#DOCUMENT_BYTES_MAX}; the rest was skipped */
    record Line(long number, byte[] bytes, boolean cut) {
    }

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int end;
    private long number;

    private Lines(InputStream in) {
        this.in = in;
    }

    /** @param file a path, or {@code -} for standard input */
    static Lines open(String file) throws IOException {
        InputStream raw = file.equals("-") ? System.in : Files.newInputStream(Path.of(file));
        PushbackInputStream peeked = new PushbackInputStream(new BufferedInputStream(raw, BUFFER_BYTES), 2);
        byte[] magic = peeked.readNBytes(2);
        peeked.unread(magic);
        boolean gzip = magic.length == 2 && magic[0] == 0x1f && (magic[1] & 0xff) == 0x8b;
        return new Lines(gzip ? new GZIPInputStream(peeked, BUFFER_BYTES) : peeked);
    }

    /** The next line without its end, null when there is none. */
    @Nullable
    Line next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
        boolean cut = false;
        boolean any = false;
        while (true) {
            if (at == end) {
                end = in.read(buffer);
                at = 0;
                if (end <= 0) {
                    end = 0;
                    return any ? new Line(++number, line.toByteArray(), cut) : null;
                }
            }
            any = true;
            int newline = at;
            while (newline < end && buffer[newline] != '\n') {
                newline++;
            }
            int room = Json.DOCUMENT_BYTES_MAX - line.size();
            cut |= newline - at > room;
            line.write(buffer, at, Math.min(newline - at, room));
            boolean complete = newline < end;
            at = complete ? newline + 1 : end;
            if (complete) {
                return new Line(++number, line.toByteArray(), cut);
            }
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
