package dev.tocsin.sigma;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A test file, read.
 *
 * @param asks events of which each must make the rules fire, or must not
 * @param sequences events with times, and the alerts of correlations that must come of them
 * @param problems what of the file cannot be understood
 */
record RuleTestFile(String file, List<Ask> asks, List<TestSequence> sequences, List<SigmaProblem> problems) {
    private static final String FIRE = "must_fire";
    private static final String NOT_FIRE = "must_not_fire";
    private static final String SEQUENCES = "sequences";

    RuleTestFile {
        asks = List.copyOf(asks);
        sequences = List.copyOf(sequences);
        problems = List.copyOf(problems);
    }

    /** One event and what is demanded of it. */
    record Ask(String name, int line, boolean mustFire, TestedEvent event) {
    }

    static RuleTestFile read(Path file) {
        Reader reader = new Reader(file.toString());
        try {
            YamlReader.Documents read = YamlReader.read(file.toString(), Files.readString(file));
            reader.problems.addAll(read.problems());
            read.documents().forEach(reader::document);
            reader.demandsSomething();
        } catch (IOException e) {
            reader.problems
                    .add(Place.wholeOf(file.toString()).error("S119", "the file cannot be read: " + e, ""));
        }
        return new RuleTestFile(file.toString(), reader.asks, reader.sequences, reader.problems);
    }

    private static final class Reader {
        private final String file;
        private final List<Ask> asks = new ArrayList<>();
        private final List<TestSequence> sequences = new ArrayList<>();
        private final List<SigmaProblem> problems = new ArrayList<>();

        Reader(String file) {
            this.file = file;
        }

        void document(YamlNode document) {
            if (!(document instanceof YamlNode.Mapping root)) {
                problems.add(document.place().error("S140",
                        "a test file is a mapping with must_fire, must_not_fire and sequences", ""));
                return;
            }
            for (YamlNode.Entry entry : root.entries()) {
                List<String> keys = List.of(FIRE, NOT_FIRE, SEQUENCES);
                if (!keys.contains(entry.key())) {
                    problems.add(entry.keyPlace().error("S140", "\"" + entry.key() + "\" is not a key of a test file",
                            Suggestion.hint(entry.key(), keys, "write must_fire, must_not_fire or sequences")));
                } else if (!(entry.value() instanceof YamlNode.Sequence list)) {
                    problems.add(entry.keyPlace().error("S140", "\"" + entry.key() + "\" is a list", ""));
                } else if (entry.key().equals(SEQUENCES)) {
                    TestSequence.read(list, problems).forEach(sequences::add);
                } else {
                    events(entry.key(), list);
                }
            }
        }

        private void events(String demand, YamlNode.Sequence list) {
            for (int i = 0; i < list.items().size(); i++) {
                YamlNode node = list.items().get(i);
                if (node instanceof YamlNode.Mapping) {
                    asks.add(new Ask(demand + " " + (i + 1), node.place().line(), demand.equals(FIRE),
                            TestedEvent.of(YamlJson.of(node))));
                } else {
                    problems.add(node.place().error("S140", "an event is a mapping, not " + node.kindName(), ""));
                }
            }
        }

        void demandsSomething() {
            if (problems.isEmpty() && asks.stream().noneMatch(Ask::mustFire)
                    && sequences.stream().allMatch(s -> s.alerts().isEmpty())) {
                problems.add(new Place(file, 1, 1).error("S141", "no event must fire",
                        "a rule that was never seen to fire is not tested: add must_fire"));
            }
        }
    }
}
