package dev.tocsin.source;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts bytes into lines. */
final class Lines {
    private Lines() {
    }

    /** The lines that are not empty, without their ends (LF or CR LF). */
    static List<byte[]> of(byte[] bytes) {
        List<byte[]> lines = new ArrayList<>();
        each(bytes, (_, line) -> lines.add(line));
        return lines;
    }

    /** Told of each line that is not empty, with its number from 1; empty lines are numbered too. */
    interface Each {
        void line(int number, byte[] line);
    }

    static void each(byte[] bytes, Each each) {
        int number = 1;
        for (int from = 0; from < bytes.length; number++) {
            int to = from;
            while (to < bytes.length && bytes[to] != '\n') {
                to++;
            }
            int end = to > from && bytes[to - 1] == '\r' ? to - 1 : to;
            if (end > from) {
                each.line(number, Arrays.copyOfRange(bytes, from, end));
            }
            from = to + 1;
        }
    }
}
