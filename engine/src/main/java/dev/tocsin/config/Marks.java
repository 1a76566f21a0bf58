package dev.tocsin.config;

import dev.tocsin.base.Problem;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Where each setting of a file stands, for problems that show only when everything has been read: a file that is not
 * there, two listeners on one port. A setting is named by its way through the file, such as {@code sources.web.listen}
 * or {@code process.steps[0].filter}.
 */
public final class Marks {
    private final String file;
    private final Optional<Node> root;

    Marks(String file, Optional<Node> root) {
        this.file = file;
        this.root = root;
    }

    /**
     * {@code file:line:column} of the setting; of the innermost section around it that is written down when a default
     * holds; the way itself when the file has nothing of it.
     */
    public String of(String way) {
        return root.flatMap(node -> innermost(node, way, Optional.empty()))
                .map(place -> file + ":" + place.line() + ":" + place.column()).orElse(way);
    }

    /** Problems in the order of the file, and those that are elsewhere behind them as they were. */
    public List<Problem> sorted(List<Problem> problems) {
        Pattern here = Pattern.compile(Pattern.quote(file) + ":(\\d{1,9}):(\\d{1,9})");
        Comparator<Problem> order = Comparator.comparing(p -> {
            Matcher m = here.matcher(p.where());
            return m.matches()
                    ? new Place(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)))
                    : new Place(Integer.MAX_VALUE, 1);
        });
        return problems.stream().sorted(order).toList();
    }

    private static Optional<Place> innermost(Node node, String way, Optional<Place> found) {
        if (node instanceof MappingNode mapping) {
            // Names that people choose may have dots in them: the longest that fits is meant.
            NodeTuple best = null;
            String name = "";
            for (NodeTuple tuple : mapping.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key && begins(way, key.getValue())
                        && (best == null || key.getValue().length() > name.length())) {
                    best = tuple;
                    name = key.getValue();
                }
            }
            if (best == null) {
                return found;
            }
            boolean isShort = best.getValueNode() instanceof ScalarNode s && !s.getValue().isEmpty();
            Place place = Place.of(isShort ? best.getValueNode() : best.getKeyNode());
            return innermost(best.getValueNode(), rest(way, name.length()), Optional.of(place));
        }
        if (node instanceof SequenceNode sequence && way.startsWith("[")) {
            int end = way.indexOf(']');
            int number = Integer.parseInt(way.substring(1, end));
            if (number < sequence.getValue().size()) {
                Node item = sequence.getValue().get(number);
                return innermost(item, rest(way, end + 1), Optional.of(Place.of(item)));
            }
        }
        return found;
    }

    private static boolean begins(String way, String name) {
        return way.startsWith(name) && !name.isEmpty()
                && (way.length() == name.length() || way.charAt(name.length()) == '.'
                        || way.charAt(name.length()) == '[');
    }

    private static String rest(String way, int from) {
        return way.startsWith(".", from) ? way.substring(from + 1) : way.substring(from);
    }
}
