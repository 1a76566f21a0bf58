package dev.tocsin.cli;

import java.util.ArrayList;
import java.util.List;

/** What differs between two texts, line by line, in the unified form that patch reads. */
public final class LineDiff {
    private static final int CONTEXT = 3;
    /** Above this many cells the common middle is not looked for: everything between the ends counts as changed. */
    private static final long CELLS_MAX = 4_000_000;

    private final String[] before;
    private final String[] after;
    private final List<String> lines = new ArrayList<>();
    private final List<int[]> positions = new ArrayList<>();

    private LineDiff(String before, String after) {
        this.before = before.split("\n", -1);
        this.after = after.split("\n", -1);
    }

    /** Empty when they are equal. */
    public static List<String> of(String name, String before, String after) {
        if (before.equals(after)) {
            return List.of();
        }
        LineDiff diff = new LineDiff(before, after);
        diff.compare();
        return diff.hunks(name);
    }

    private void compare() {
        int start = 0;
        while (start < Math.min(before.length, after.length) && before[start].equals(after[start])) {
            add(' ', before[start], start, start++);
        }
        int endA = before.length;
        int endB = after.length;
        while (endA > start && endB > start && before[endA - 1].equals(after[endB - 1])) {
            endA--;
            endB--;
        }
        middle(start, endA, endB);
        while (endA < before.length) {
            add(' ', before[endA], endA++, endB++);
        }
    }

    /** By the longest common subsequence. */
    private void middle(int start, int endA, int endB) {
        int rows = endA - start;
        int columns = endB - start;
        boolean small = (long) rows * columns <= CELLS_MAX;
        int[][] longest = new int[small ? rows + 1 : 1][small ? columns + 1 : 1];
        for (int i = small ? rows - 1 : -1; i >= 0; i--) {
            for (int j = columns - 1; j >= 0; j--) {
                longest[i][j] = before[start + i].equals(after[start + j])
                        ? longest[i + 1][j + 1] + 1
                        : Math.max(longest[i + 1][j], longest[i][j + 1]);
            }
        }
        int i = 0;
        int j = 0;
        while (i < rows || j < columns) {
            if (small && i < rows && j < columns && before[start + i].equals(after[start + j])) {
                add(' ', before[start + i], start + i++, start + j++);
            } else if (i < rows && (j == columns || !small || longest[i + 1][j] >= longest[i][j + 1])) {
                add('-', before[start + i], start + i++, start + j);
            } else {
                add('+', after[start + j], start + i, start + j++);
            }
        }
    }

    private void add(char sign, String line, int a, int b) {
        lines.add(sign + line.replace("\r", "\\r"));
        positions.add(new int[]{a, b});
    }

    private List<String> hunks(String name) {
        List<String> out = new ArrayList<>(List.of("--- " + name, "+++ " + name));
        int at = 0;
        while (at < lines.size()) {
            int change = at;
            while (change < lines.size() && lines.get(change).charAt(0) == ' ') {
                change++;
            }
            if (change == lines.size()) {
                break;
            }
            int from = Math.max(at, change - CONTEXT);
            int to = change;
            for (int i = change; i < lines.size() && i - to <= 2 * CONTEXT; i++) {
                to = lines.get(i).charAt(0) == ' ' ? to : i;
            }
            int end = Math.min(lines.size(), to + 1 + CONTEXT);
            List<String> hunk = lines.subList(from, end);
            long minus = hunk.stream().filter(l -> l.charAt(0) != '+').count();
            long plus = hunk.stream().filter(l -> l.charAt(0) != '-').count();
            out.add("@@ -" + (positions.get(from)[0] + 1) + "," + minus + " +" + (positions.get(from)[1] + 1) + ","
                    + plus + " @@");
            out.addAll(hunk);
            at = end;
        }
        return out;
    }
}
