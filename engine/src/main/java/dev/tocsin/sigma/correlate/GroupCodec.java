package dev.tocsin.sigma.correlate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The stored form of groups. Keys: {@code g/<rule>/<group>} for a group, {@code m/<rule>/<group>/<number>} for more of its
 * matches when it is large, {@code w/<level>} for a watermark.
 *
 * <p>A record is a version (one byte), how many matches it has (four), whose group it is, the head, which has the few
 * numbers that are no matches, and the matches. Each record can be read alone, and a match is added by writing it behind
 * all others and its number in front.
 */
final class GroupCodec {
    static final String GROUP = "g/";
    static final String CHUNK = "m/";
    static final String WATERMARK = "w/";
    private static final int VERSION = 3;
    private static final int COUNT = 1;
    private static final int KEY = 5;
    private static final int FLOOR = 1;
    private static final int MARK = 2;
    private static final int QUIET = 4;
    private static final int SINCE = 8;

    private GroupCodec() {
    }

    /** Of a group that has nothing yet. */
    static byte[] empty(GroupKey key, RecordWriter out) {
        out.clear().one(VERSION);
        out.four(0);
        key.write(out);
        out.one(0);
        return out.bytes();
    }

    /** The same group with another head and other matches. */
    static byte[] group(byte[] before, Group group, List<Entry> entries, RecordWriter out) {
        begin(before, entries.size(), out);
        head(group, out);
        entries.forEach(entry -> write(entry, out));
        return out.bytes();
    }

    /** Matches of the group whose record is given. */
    static byte[] chunk(byte[] ofGroup, List<Entry> entries, RecordWriter out) {
        begin(ofGroup, entries.size(), out);
        out.one(0);
        entries.forEach(entry -> write(entry, out));
        return out.bytes();
    }

    /** The record with one more match. */
    static byte[] with(byte[] record, Entry entry, RecordWriter out) {
        out.clear();
        write(entry, out);
        byte[] longer = out.behind(record);
        int count = count(record) + 1;
        for (int i = 0; i < 4; i++) {
            longer[COUNT + i] = (byte) (count >>> 24 - 8 * i);
        }
        return longer;
    }

    /** @throws IllegalStateException when the record is of another version */
    static void check(byte[] record) {
        if (record.length == 0 || record[0] != VERSION) {
            throw new IllegalStateException("state of correlations in format " + (record.length == 0 ? 0 : record[0])
                    + " was written by another version; this one reads format " + VERSION);
        }
    }

    /** How many matches. */
    static int count(byte[] record) {
        return new RecordReader(record, COUNT).four();
    }

    static GroupKey key(byte[] record) {
        return whole(() -> GroupKey.read(new RecordReader(record, KEY)));
    }

    static boolean isOf(byte[] record, GroupKey key) {
        return key.isAt(new RecordReader(record, KEY));
    }

    /** Gives the group its head, and returns the matches. */
    static List<Entry> read(byte[] record, Group group) {
        return whole(() -> {
            RecordReader in = atHead(record);
            int flags = in.one();
            group.floor = (flags & FLOOR) == 0 ? null : position(in);
            group.mark = (flags & MARK) == 0 ? null : position(in);
            group.quietUntil = (flags & QUIET) == 0 ? Group.NONE : in.eight();
            group.since = (flags & SINCE) == 0 ? Group.NONE : in.eight();
            return entries(in, count(record));
        });
    }

    static List<Entry> entries(byte[] record) {
        return whole(() -> {
            RecordReader in = atHead(record);
            skipHead(in);
            return entries(in, count(record));
        });
    }

    /** Whether the record has the head that the group has now. */
    static boolean hasHead(byte[] record, Group group, RecordWriter out) {
        RecordReader in = atHead(record);
        int start = in.place();
        skipHead(in);
        head(group, out.clear());
        return out.equals(record, start, in.place());
    }

    static boolean isHeadless(byte[] record) {
        return atHead(record).one() == 0;
    }

    private static void begin(byte[] before, int count, RecordWriter out) {
        out.clear().one(VERSION);
        out.four(count);
        out.copy(before, KEY, atHead(before).place());
    }

    private static void head(Group group, RecordWriter out) {
        Entry floor = group.floor;
        Entry mark = group.mark;
        out.one((floor == null ? 0 : FLOOR) | (mark == null ? 0 : MARK) | (group.quietUntil == Group.NONE ? 0 : QUIET)
                | (group.since == Group.NONE ? 0 : SINCE));
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
    }

    private static RecordReader atHead(byte[] record) {
        RecordReader in = new RecordReader(record, KEY);
        GroupKey.skip(in);
        return in;
    }

    private static void skipHead(RecordReader in) {
        int flags = in.one();
        for (int flag = FLOOR; flag <= MARK; flag <<= 1) {
            if ((flags & flag) != 0) {
                position(in);
            }
        }
        in.skip(8 * Integer.bitCount(flags & (QUIET | SINCE)));
    }

    private static void write(Entry entry, RecordWriter out) {
        out.position(entry);
        out.text(entry.value);
        out.small(entry.carried.size());
        for (String carried : entry.carried) {
            out.text(carried);
        }
        out.small(entry.stamp);
    }

    private static List<Entry> entries(RecordReader in, int count) {
        List<Entry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long time = in.eight();
            int rule = in.small();
            long high = in.eight();
            long low = in.eight();
            String value = in.text();
            int size = in.small();
            List<@Nullable String> carried = size == 0 ? List.of() : new ArrayList<>(size);
            for (int j = 0; j < size; j++) {
                carried.add(in.text());
            }
            entries.add(new Entry(time, rule, high, low, value, carried, in.small()));
        }
        return entries;
    }

    private static Entry position(RecordReader in) {
        return new Entry(in.eight(), in.small(), in.eight(), in.eight(), null, List.of(), 0);
    }

    private static <T> T whole(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalStateException("the state of correlations is damaged", e);
        }
    }
}
