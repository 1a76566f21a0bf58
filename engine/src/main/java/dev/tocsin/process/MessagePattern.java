package dev.tocsin.process;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.tocsin.event.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * A well-known sentence of a program, such as sshd's "Failed password for …", and the ECS fields that stand in it. The
 * expression runs in linear time whatever the sender writes.
 *
 * @param beginning the letters with which every such sentence begins; looked at before the expression is run
 * @param entry maps the expression's named groups and sets fixed fields
 */
record MessagePattern(Set<String> programs, String beginning, Pattern pattern, EcsEntry entry) {
    /** Longer messages are none of these sentences, and even linear time adds up. */
    private static final int MESSAGE_CHARS_MAX = 8192;

    static List<MessagePattern> list(List<?> yaml, String where) {
        List<MessagePattern> patterns = new ArrayList<>();
        for (Object item : yaml) {
            String place = where + " entry " + (patterns.size() + 1);
            Map<String, Object> map = TableReader.map(item, place);
            Object programs = map.remove("program");
            Object pattern = map.remove("pattern");
            if (programs == null || pattern == null) {
                throw new TableException(place, "program or pattern is missing", "");
            }
            try {
                patterns.add(new MessagePattern(Set.copyOf(TableReader.texts(programs)), beginning(pattern.toString()),
                        Pattern.compile(pattern.toString(), Pattern.DOTALL),
                        EcsEntry.list(List.of(map), place).getFirst()));
            } catch (PatternSyntaxException e) {
                throw new TableException(place, "not a regular expression: " + e, "");
            }
        }
        return List.copyOf(patterns);
    }

    boolean apply(String program, String message, ObjectNode ecs) {
        if (!programs.contains(program) || message.length() > MESSAGE_CHARS_MAX || !message.startsWith(beginning)) {
            return false;
        }
        Matcher matcher = pattern.matcher(message);
        if (!matcher.find()) {
            return false;
        }
        ObjectNode groups = Json.object();
        for (String name : pattern.namedGroups().keySet()) {
            String value = matcher.group(name);
            if (value != null) {
                groups.put(name, value);
            }
        }
        entry.apply(Facts.of(groups), ecs);
        return true;
    }

    /** The letters behind {@code ^}, but the last, to which a quantifier may belong. */
    private static String beginning(String expression) {
        int end = 1;
        while (end < expression.length() && Character.isLetter(expression.charAt(end))) {
            end++;
        }
        return expression.startsWith("^") && end > 2 ? expression.substring(1, end - 1) : "";
    }
}
