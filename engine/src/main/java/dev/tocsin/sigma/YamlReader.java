package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Reads YAML 1.2 (core schema) into {@link YamlNode}s. Bounded against hostile files: depth, number of nodes after aliases
 * were followed, and size.
 */
final class YamlReader {
    private static final int DEPTH_MAX = 64;
    private static final int NODES_MAX = 500_000;
    private static final int CODE_POINTS_MAX = 32 * 1024 * 1024;
    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]{1,400}");
    private static final Pattern DECIMAL = Pattern
            .compile("[-+]?(\\.[0-9]{1,400}|[0-9]{1,400}(\\.[0-9]{0,400})?)([eE][-+]?[0-9]{1,3})?");

    private final String file;
    private int nodes;

    private YamlReader(String file) {
        this.file = file;
    }

    /** The documents that could be read, in order, and what stopped the reading or spoilt a document. */
    record Documents(List<YamlNode> documents, List<SigmaProblem> problems) {
    }

    /** Never throws: a syntax error ends the file but keeps the documents before it. */
    static Documents read(String file, String text) {
        List<YamlNode> documents = new ArrayList<>();
        List<SigmaProblem> problems = new ArrayList<>();
        // The parser's reader fails when a surrogate pair straddles its buffer, so the buffer holds the whole text.
        LoadSettings settings = LoadSettings.builder().setLabel(file).setCodePointLimit(CODE_POINTS_MAX)
                .setAllowRecursiveKeys(false).setBufferSize(text.length() + 16).build();
        try {
            Parser parser = new ParserImpl(settings, new StreamReader(settings, text));
            Composer composed = new Composer(settings, new ShallowParser(parser, DEPTH_MAX));
            while (composed.hasNext()) {
                Node root = composed.next();
                try {
                    documents.add(new YamlReader(file).convert(root, 0));
                } catch (RuleRefused e) {
                    problems.add(e.problem());
                }
            }
        } catch (MarkedYamlEngineException e) {
            problems.add(place(file, e.getProblemMark()).error("S101",
                    "not valid YAML: " + e.getProblem() + (e.getContext() == null ? "" : " " + e.getContext()),
                    "quote values that hold : # % @ ` { [ * & or begin with them"));
        } catch (YamlEngineException e) {
            problems.add(new Place(file, 1, 1).error("S101", "not valid YAML: " + e.getMessage(), ""));
        }
        return new Documents(documents, problems);
    }

    private static Place place(String file, Optional<Mark> mark) {
        return mark.map(m -> new Place(file, m.getLine() + 1, m.getColumn() + 1)).orElse(new Place(file, 1, 1));
    }

    private YamlNode convert(Node node, int depth) {
        Place place = place(file, node.getStartMark());
        if (depth > DEPTH_MAX || ++nodes > NODES_MAX) {
            throw place.refuse("S101", "the YAML is nested deeper than " + DEPTH_MAX + " or has more than " + NODES_MAX
                    + " nodes once its aliases are followed", "write it out flatter");
        }
        return switch (node) {
            case ScalarNode s -> scalar(s, place);
            case SequenceNode s -> {
                List<YamlNode> items = new ArrayList<>();
                for (Node item : s.getValue()) {
                    items.add(convert(item, depth + 1));
                }
                yield new YamlNode.Sequence(List.copyOf(items), place);
            }
            case MappingNode m -> mapping(m, place, depth);
            default -> throw place.refuse("S101", "an alias that cannot be followed", "");
        };
    }

    private YamlNode mapping(MappingNode node, Place place, int depth) {
        List<YamlNode.Entry> entries = new ArrayList<>();
        Map<String, Place> seen = new HashMap<>();
        for (NodeTuple tuple : node.getValue()) {
            Place keyPlace = place(file, tuple.getKeyNode().getStartMark());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw keyPlace.refuse("S101", "a key must be text", "");
            }
            Place first = seen.putIfAbsent(key.getValue(), keyPlace);
            if (first != null) {
                throw keyPlace.refuse("S103",
                        "the key \"" + key.getValue() + "\" is given twice, first in line " + first.line(),
                        "one of the two would be lost: merge them into a list, or rename one");
            }
            entries.add(new YamlNode.Entry(key.getValue(), keyPlace, convert(tuple.getValueNode(), depth + 1)));
        }
        return new YamlNode.Mapping(List.copyOf(entries), place);
    }

    private static YamlNode.Scalar scalar(ScalarNode node, Place place) {
        return new YamlNode.Scalar(node.getValue(), kind(node), node.isPlain(), place);
    }

    private static YamlNode.Kind kind(ScalarNode node) {
        String text = node.getValue();
        if (!node.isPlain() || node.getTag().equals(Tag.STR) && !looksTyped(text)) {
            return YamlNode.Kind.TEXT;
        }
        return switch (text) {
            case "", "~", "null", "Null", "NULL" -> YamlNode.Kind.NULL;
            case "true", "True", "TRUE", "false", "False", "FALSE" -> YamlNode.Kind.BOOLEAN;
            default -> {
                if (INTEGER.matcher(text).matches()) {
                    yield YamlNode.Kind.INTEGER;
                }
                yield DECIMAL.matcher(text).matches() ? YamlNode.Kind.DECIMAL : YamlNode.Kind.TEXT;
            }
        };
    }

    /** The parser below tags {@code True} or {@code 007} as text because it reads the JSON schema; we read the core schema. */
    private static boolean looksTyped(String text) {
        return text.isEmpty() || "~nNtTfF+-.0123456789".indexOf(text.charAt(0)) >= 0;
    }
}
