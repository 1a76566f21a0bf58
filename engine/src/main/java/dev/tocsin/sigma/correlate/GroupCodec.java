package dev.tocsin.sigma.correlate;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The stored form of groups. Keys: {@code m/<rule>/<group>/<number>} for matches, {@code h/<rule>/<group>} for a head,
 * {@code w/<level>} for a watermark. Each record says whose group it is, so that each can be read alone.
 */
final class GroupCodec {
    static final String CHUNK = "m/";
    static final String HEAD = "h/";
    static final String WATERMARK = "w/";
    private static final int VERSION = 1;
    private static final int FLOOR = 1;
    private static final int MARK = 2;
    private static final int QUIET = 4;
    private static final int SINCE = 8;

    private GroupCodec() {
    }

    /** What a record holds. */
    record Read(GroupKey key, DataInputStream rest) {
    }

    static byte[] chunk(Group group, List<Entry> entries) {
        RecordWriter out = begin(group.key);
        out.four(entries.size());
        for (Entry entry : entries) {
            out.position(entry);
            out.text(entry.value);
            out.one(entry.carried.size());
            for (String carried : entry.carried) {
                out.text(carried);
            }
        }
        return out.bytes();
    }

    /** Null when there is nothing that the matches do not say. */
    static byte @Nullable [] head(Group group) {
        Entry floor = group.floor;
        Entry mark = group.mark;
        int flags = (floor == null ? 0 : FLOOR) | (mark == null ? 0 : MARK) | (group.quietUntil == Group.NONE
                ? 0
                : QUIET)
                | (group.since == Group.NONE ? 0 : SINCE);
        if (flags == 0) {
            return null;
        }
        RecordWriter out = begin(group.key);
        out.one(flags);
        if (floor != null) {
            out.position(floor);
        }
        if (mark != null) {
            out.position(mark);
        }
        if (group.quietUntil != Group.NONE) {
            out.eight(group.quietUntil);
        }
        if (group.since != Group.NONE) {
            out.eight(group.since);
        }
        return out.bytes();
    }

    static Read read(byte[] record) {
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(record));
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new IllegalStateException("state of correlations in format " + version
                        + " was written by a later version; this one reads format " + VERSION);
            }
            String customer = text(in);
            int size = in.readUnsignedByte();
            List<@Nullable String> values = new ArrayList<>(size);
            for (int i = 0; i < size; i++) {
                values.add(text(in));
            }
            return new Read(new GroupKey(customer == null ? "" : customer, values), in);
        } catch (IOException e) {
            throw new UncheckedIOException("the state of correlations is damaged", e);
        }
    }

    static List<Entry> entries(DataInputStream in) {
        try {
            int size = in.readInt();
            List<Entry> entries = new ArrayList<>(size);
            for (int i = 0; i < size; i++) {
                long time = in.readLong();
                int rule = in.readInt();
                long high = in.readLong();
                long low = in.readLong();
                String value = text(in);
                int carriedSize = in.readUnsignedByte();
                List<@Nullable String> carried = carriedSize == 0 ? List.of() : new ArrayList<>(carriedSize);
                for (int j = 0; j < carriedSize; j++) {
                    carried.add(text(in));
                }
                entries.add(new Entry(time, rule, high, low, value, carried));
            }
            return entries;
        } catch (IOException e) {
            throw new UncheckedIOException("the state of correlations is damaged", e);
        }
    }

    static void head(DataInputStream in, Group group) {
        try {
            int flags = in.readUnsignedByte();
            group.floor = (flags & FLOOR) == 0 ? null : position(in);
            group.mark = (flags & MARK) == 0 ? null : position(in);
            group.quietUntil = (flags & QUIET) == 0 ? Group.NONE : in.readLong();
            group.since = (flags & SINCE) == 0 ? Group.NONE : in.readLong();
        } catch (IOException e) {
            throw new UncheckedIOException("the state of correlations is damaged", e);
        }
    }

    private static RecordWriter begin(GroupKey key) {
        RecordWriter out = new RecordWriter();
        out.one(VERSION);
        key.write(out);
        return out;
    }

    private static Entry position(DataInputStream in) throws IOException {
        return new Entry(in.readLong(), in.readInt(), in.readLong(), in.readLong(), null, List.of());
    }

    private static @Nullable String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        return length < 0 ? null : new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}
