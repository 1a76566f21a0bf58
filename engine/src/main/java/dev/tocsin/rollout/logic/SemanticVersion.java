package dev.tocsin.rollout.logic;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** flagd's {@code sem_ver}: versions by their order (<a href="https://semver.org/#spec-item-11">semver.org, item 11</a>). */
record SemanticVersion(long major, long minor, long patch, String pre) implements Comparable<SemanticVersion> {
    private static final Pattern FORM = Pattern
            .compile("v?(\\d{1,18})\\.(\\d{1,18})\\.(\\d{1,18})(?:-([0-9A-Za-z.-]+))?(?:\\+[0-9A-Za-z.-]+)?");

    static boolean compare(@Nullable Object left, @Nullable Object operator, @Nullable Object right) {
        SemanticVersion a = parse(left);
        SemanticVersion b = parse(right);
        int order = a.compareTo(b);
        return switch (Values.text(operator)) {
            case "=" -> order == 0;
            case "!=" -> order != 0;
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            case ">=" -> order >= 0;
            case "^" -> a.major == b.major;
            case "~" -> a.major == b.major && a.minor == b.minor;
            default -> throw new LogicException("sem_ver does not know \"" + Values.text(operator) + "\"");
        };
    }

    private static SemanticVersion parse(@Nullable Object value) {
        Matcher m = FORM.matcher(Values.text(value));
        if (!m.matches()) {
            throw new LogicException("\"" + Values.text(value) + "\" is no version such as 1.2.3");
        }
        String pre = m.group(4);
        return new SemanticVersion(Long.parseLong(m.group(1)), Long.parseLong(m.group(2)), Long.parseLong(m.group(3)),
                pre == null ? "" : pre);
    }

    @Override
    public int compareTo(SemanticVersion o) {
        int order = Long.compare(major, o.major);
        order = order != 0 ? order : Long.compare(minor, o.minor);
        order = order != 0 ? order : Long.compare(patch, o.patch);
        if (order != 0 || pre.equals(o.pre)) {
            return order;
        }
        // What comes before a release is less than it.
        return pre.isEmpty() ? 1 : o.pre.isEmpty() ? -1 : comparePre(pre.split("\\."), o.pre.split("\\."));
    }

    private static int comparePre(String[] a, String[] b) {
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
            boolean x = a[i].matches("\\d{1,18}");
            boolean y = b[i].matches("\\d{1,18}");
            int order = x && y
                    ? Long.compare(Long.parseLong(a[i]), Long.parseLong(b[i]))
                    : x ? -1 : y ? 1 : a[i].compareTo(b[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(a.length, b.length);
    }
}
