package dev.tocsin.config;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * From text to a tree of nodes that know their line and column, within limits. The depth is counted on the stream of
 * events before the tree is made, because the library makes the tree by recursion.
 */
final class Yaml {
    static final int DEPTH_MAX = 50;
    static final int ALIASES_MAX = 100;
    static final int VALUES_MAX = 100_000;
    private static final String SYNTAX_HINT = "look at the line above too: a colon, quote or bracket may be missing";
    private static final String STANDARD_TAGS = "tag:yaml.org,2002:";

    private final LoadSettings settings;
    private final Findings findings;
    private int values;

    Yaml(String file, Findings findings) {
        // What a plain value is, the setting decides for which it stands: the schema must not guess first.
        this.settings = LoadSettings.builder().setLabel(file).setCodePointLimit(ConfigFile.BYTES_MAX)
                .setSchema(new FailsafeSchema()).setAllowNonScalarKeys(true).setMaxAliasesForCollections(ALIASES_MAX)
                .build();
        this.findings = findings;
    }

    /** Empty when the text has nothing in it but comments, and when it was refused; the findings tell which. */
    Optional<Node> compose(String text) {
        try {
            if (!withinLimits(text)) {
                return Optional.empty();
            }
            Optional<Node> root = new Compose(settings).composeString(text);
            if (root.isPresent() && !expands(root.get(), Collections.newSetFromMap(new IdentityHashMap<>()))) {
                return Optional.empty();
            }
            return root;
        } catch (MarkedYamlEngineException e) {
            Place place = e.getProblemMark().or(e::getContextMark).map(Place::of).orElse(Place.START);
            String context = e.getContext() == null || e.getContext().isEmpty() ? "" : e.getContext() + ": ";
            findings.add(ProblemCode.SYNTAX, place, "not valid YAML: " + context + e.getProblem(), SYNTAX_HINT);
        } catch (ReaderException e) {
            findings.add(ProblemCode.SYNTAX, place(text, e.getPosition()),
                    String.format("the character U+%04X must not be in a YAML file", e.getCodePoint()),
                    "remove it, or write it as an escape in double quotes");
        } catch (YamlEngineException e) {
            findings.add(ProblemCode.SYNTAX, Place.START, "not valid YAML: " + e.getMessage(), SYNTAX_HINT);
        }
        return Optional.empty();
    }

    private static Place place(String text, int position) {
        String before = text.substring(0, Math.min(position, text.length()));
        int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
        return new Place(line, before.length() - before.lastIndexOf('\n'));
    }

    private boolean withinLimits(String text) {
        int depth = 0;
        int aliases = 0;
        for (Event event : new Parse(settings).parseString(text)) {
            switch (event.getEventId()) {
                case MappingStart, SequenceStart -> depth++;
                case MappingEnd, SequenceEnd -> depth--;
                case Alias -> aliases++;
                default -> {
                    // Scalars, comments and document marks need no limit of their own.
                }
            }
            if (depth > DEPTH_MAX || aliases > ALIASES_MAX) {
                findings.add(ProblemCode.LIMIT, event.getStartMark().map(Place::of).orElse(Place.START),
                        depth > DEPTH_MAX
                                ? "nested deeper than " + DEPTH_MAX + " levels"
                                : "more than " + ALIASES_MAX + " aliases",
                        "no configuration needs as much; write it out flat");
                return false;
            }
        }
        return true;
    }

    /** Walks the tree as its reader will, aliases followed. */
    private boolean expands(Node node, Set<Node> above) {
        if (++values > VALUES_MAX || !above.add(node)) {
            findings.add(ProblemCode.LIMIT, Place.of(node), values > VALUES_MAX
                    ? "more than " + VALUES_MAX + " values when aliases are followed"
                    : "an alias contains itself", "write it out without the alias");
            return false;
        }
        boolean good = true;
        if (!node.getTag().getValue().startsWith(STANDARD_TAGS)) {
            findings.add(ProblemCode.LIMIT, Place.of(node),
                    "the YAML tag \"" + node.getTag().getValue() + "\" has no meaning here", "remove it");
            good = false;
        }
        switch (node) {
            case MappingNode mapping -> {
                for (var tuple : mapping.getValue()) {
                    good = good && expands(tuple.getKeyNode(), above) && expands(tuple.getValueNode(), above);
                }
            }
            case SequenceNode sequence -> {
                for (Node item : sequence.getValue()) {
                    good = good && expands(item, above);
                }
            }
            default -> {
                // A scalar ends the walk.
            }
        }
        above.remove(node);
        return good;
    }
}
