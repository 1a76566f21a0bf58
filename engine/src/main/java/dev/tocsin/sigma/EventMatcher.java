package dev.tocsin.sigma;

import dev.tocsin.sigma.match.CaseFold;
import dev.tocsin.sigma.match.EventFields;
import dev.tocsin.sigma.match.Hits;
import dev.tocsin.sigma.match.JsonFields;
import dev.tocsin.sigma.match.LiteralIndex;
import dev.tocsin.sigma.match.SmallText;
import dev.tocsin.sigma.match.ValueMemo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Puts events to a rule set, one after the other. Owned by one thread; keeps its buffers. Made by
 * {@link SigmaEngine#matcher}.
 *
 * <h2>How it works</h2>
 *
 * <p>When rules are compiled ({@link CompiledRules}), each value that an item asks for becomes an atom ({@link Atoms}): a
 * literal, which stands in a field as a whole, at its start, at its end or anywhere; a network; or a lazy test, such as a
 * regular expression. Equal atoms, and equal items, of different rules are one. From the shape of a rule's condition a
 * witness is taken ({@link Witness}): some literals or networks, of which one must be found if the rule matches.
 *
 * <p>An event goes four steps:
 * <ol>
 * <li>Its bytes are read once ({@link JsonFields}). Only fields that a rule of the event's log source names are kept:
 * unescaped and folded, one behind the other.
 * <li>For each kept value one look-up tells which of all literals of that field are in it ({@link LiteralIndex}), whichever
 * rules they come from, and in which networks it is ({@link NetworkIndex}). Short values that were seen before are not looked
 * through again ({@link ValueMemo}).
 * <li>A literal that is some rule's witness makes the rule a candidate, if it is for this log source
 * ({@link LogSourcePlan}).
 * <li>Candidates are decided, by a {@link Program} over items; an item is asked at most once for each event. A lazy test is
 * made only if literals that it implies, its guards, were found; those that are too short for the index are looked for
 * first ({@link SmallText}).
 * </ol>
 *
 * <h2>Why it is right</h2>
 *
 * <p>A rule is left out only if its witness is missing, and the witness is implied by the condition: see {@link Witness}. So
 * candidates may be too many, never too few, and each is decided in full. A literal is found exactly when its folded bytes
 * stand in the folded value: folding goes character by character, so folding a part gives a part of the folding
 * ({@link CaseFold}), and UTF-8 has no character inside another. A guard is implied by its test: a text that matches with
 * case matches without; a literal in the middle of a pattern is in what the pattern matches ({@link RegexLiterals}). What the
 * fast reader is not made for, such as names that stand twice, it refuses, and the event is read as a tree, by the code that
 * the naive evaluation uses. {@code MatchFuzz} compares the two; a running node does so with one event in some thousands.
 *
 * <h2>What it costs</h2>
 *
 * <p>Time is that of reading, a little for each byte of fields with literals, and a little for each candidate; it does not
 * grow with the number of rules but by what they find. Stamps by round make forgetting an event free. Nothing is allocated
 * for an event that matches nothing, but when a lazy test gets past its guards and needs a string.
 */
public final class EventMatcher implements LazyCheck.Fields {
    private static final int ROUND_MAX = 1 << 30;
    private static final int PLANS = 1024;

    private final SigmaEngine engine;
    private final CompiledRules compiled;
    private final EventFields fields;
    private final JsonFields reader;
    private final Hits literals;
    private final ValueMemo memo = new ValueMemo();
    private final @Nullable LogSourcePlan[] plans = new LogSourcePlan[PLANS];
    private final Hits candidates;
    private final Hits present;
    private final int[] pathOfSlot;
    private final @Nullable FieldValues[] values;
    private final int[] valuesIn;
    /** The round in which it was decided, doubled, and one more if it holds. */
    private final int[] items;
    private final int[] lazies;
    private final int[] longest;
    private final int[] longestIn;
    private int round;
    private int[] matched = new int[16];
    private int matchedCount;

    EventMatcher(SigmaEngine engine, CompiledRules compiled) {
        this.engine = engine;
        this.compiled = compiled;
        fields = new EventFields(compiled.paths.size());
        reader = new JsonFields(compiled.names, compiled.scope.within(), fields);
        literals = new Hits(compiled.atoms.length);
        candidates = new Hits(compiled.rules.size());
        int slots = compiled.pathsOfSlot.length;
        present = new Hits(slots);
        pathOfSlot = new int[slots];
        values = new FieldValues[slots];
        valuesIn = new int[slots];
        longest = new int[slots];
        longestIn = new int[slots];
        items = new int[compiled.items.length];
        lazies = new int[compiled.atoms.length];
    }

    /**
     * Matches the event in a document; {@link #rules} are then those that match.
     *
     * @param json not to be changed before the next call
     * @param from where the document begins
     * @param to where it ends
     * @param product the event's product, null if unknown; as are category (several are possible) and service
     * @return false if the document has no event, because the scope is a member that is not there; then no rule matches
     * @throws JacksonException with line and column, when the bytes are not one JSON value within the limits
     */
    public boolean match(byte[] json, int from, int to, @Nullable String product, List<String> category,
            @Nullable String service) {
        LogSourcePlan plan = plan(product, category, service);
        begin();
        switch (reader.read(json, from, to, plan.demand)) {
            case READ -> {
            }
            case ABSENT -> {
                return false;
            }
            case IRREGULAR -> {
                JsonNode event = compiled.scope.select(EventTrees.read(json, from, to));
                if (event == null) {
                    return false;
                }
                take(event, plan);
            }
        }
        decide(plan);
        return true;
    }

    /** Matches an event that is a tree; it is not changed. */
    public void match(JsonNode event, @Nullable String product, List<String> category, @Nullable String service) {
        LogSourcePlan plan = plan(product, category, service);
        begin();
        take(event, plan);
        decide(plan);
    }

    /** The plan of a log source: most events come from few, so that the engine is seldom asked. */
    private LogSourcePlan plan(@Nullable String product, List<String> category, @Nullable String service) {
        int hash = Objects.hashCode(product) * 31 + Objects.hashCode(service);
        for (int i = 0; i < category.size(); i++) {
            hash = hash * 31 + category.get(i).hashCode();
        }
        int at = (hash ^ hash >>> 16) & PLANS - 1;
        LogSourcePlan known = plans[at];
        if (known == null || !known.isOf(product, category, service)) {
            known = engine.plan(product, category, service);
            plans[at] = known;
        }
        return known;
    }

    /** The rules that the last event matched, in the engine's order. */
    public List<SigmaRule> rules() {
        if (matchedCount == 0) {
            return List.of();
        }
        Arrays.sort(matched, 0, matchedCount);
        List<SigmaRule> rules = new ArrayList<>(matchedCount);
        for (int i = 0; i < matchedCount; i++) {
            rules.add(compiled.rules.get(matched[i]));
        }
        return rules;
    }

    /** How many rules the last event matched. */
    public int count() {
        return matchedCount;
    }

    private void begin() {
        matchedCount = 0;
        literals.clear();
        candidates.clear();
        present.clear();
        if (++round == ROUND_MAX) {
            Arrays.fill(items, 0);
            Arrays.fill(lazies, 0);
            Arrays.fill(valuesIn, 0);
            Arrays.fill(longestIn, 0);
            round = 1;
        }
    }

    /** What the fast reader leaves to others, by the way that the naive evaluation goes. */
    private void take(JsonNode event, LogSourcePlan plan) {
        fields.clear();
        for (int path = plan.paths.nextSetBit(0); path >= 0; path = plan.paths.nextSetBit(path + 1)) {
            FieldValues found = FieldValues.read(event, compiled.paths.get(path));
            if (found.isPresent()) {
                fields.present(path);
                if (found.isNull()) {
                    fields.addNull(path);
                }
                for (String text : found.texts()) {
                    fields.add(path, text);
                }
            }
        }
        if (plan.slots[Items.EVERYTHING]) {
            for (String text : FieldValues.all(event).texts()) {
                fields.add(-1, text);
            }
        }
    }

    private void decide(LogSourcePlan plan) {
        find(plan);
        for (int i = 0; i < literals.count(); i++) {
            int literal = literals.get(i);
            propose(compiled.witnessOf[literal], plan);
            for (int item : compiled.tells[literal]) {
                items[item] = round << 1 | 1;
            }
        }
        for (int rule : plan.always) {
            candidates.add(rule);
        }
        for (int i = 0; i < candidates.count(); i++) {
            int rule = candidates.get(i);
            if (holds(compiled.programs[rule])) {
                if (matchedCount == matched.length) {
                    matched = Arrays.copyOf(matched, matchedCount * 2);
                }
                matched[matchedCount++] = rule;
            }
        }
    }

    private void propose(int[] rules, LogSourcePlan plan) {
        for (int rule : rules) {
            if (plan.covers(rule)) {
                candidates.add(rule);
            }
        }
    }

    /** Looks for the literals of each field that is there, and proposes rules that a field's presence is enough for. */
    private void find(LogSourcePlan plan) {
        for (int i = 0; i < fields.presentCount(); i++) {
            int path = fields.presentPath(i);
            for (int slot : compiled.slotsOfPath[path]) {
                if (plan.slots[slot] && isFirst(path, compiled.pathsOfSlot[slot])) {
                    pathOfSlot[slot] = path;
                    present.add(slot);
                    propose(compiled.fieldWitnessOf[slot], plan);
                    findIn(path, slot);
                }
            }
        }
        if (plan.slots[Items.EVERYTHING]) {
            for (int value = 0; value < fields.valueCount(); value++) {
                find(Items.EVERYTHING, value);
            }
        }
    }

    private void findIn(int path, int slot) {
        int first = fields.firstValue(path);
        LiteralIndex index = compiled.indexes[slot];
        NetworkIndex networks = compiled.networks[slot];
        if (first >= 0 && index != null) {
            memo.find(slot, index, fields.foldedBytes(), fields.foldedFrom(first), fields.foldedLength(first),
                    fields.isAscii(first), literals);
            if (networks != null) {
                networks.find(fields, first, literals);
            }
            first = fields.nextValue(first);
        }
        for (int v = first; v >= 0; v = fields.nextValue(v)) {
            find(slot, v);
        }
    }

    private void find(int slot, int value) {
        LiteralIndex index = compiled.indexes[slot];
        NetworkIndex networks = compiled.networks[slot];
        if (index != null) {
            index.find(fields.foldedBytes(), fields.foldedFrom(value), fields.foldedLength(value),
                    fields.isAscii(value), literals);
        }
        if (networks != null) {
            networks.find(fields, value, literals);
        }
    }

    /** Whether none of the names that count before this one is there. */
    private boolean isFirst(int path, int[] paths) {
        for (int other : paths) {
            if (other == path) {
                return true;
            }
            if (fields.isPresent(other)) {
                return false;
            }
        }
        return false;
    }

    private boolean holds(int[] program) {
        int step = program.length - 3;
        do {
            step = program[holds(program[step]) ? step + 1 : step + 2];
        } while (step >= 0);
        return step == Program.MATCH;
    }

    private boolean holds(int number) {
        int known = items[number];
        if (known >>> 1 == round) {
            return (known & 1) != 0;
        }
        boolean holds = decide(compiled.items[number]);
        items[number] = round << 1 | (holds ? 1 : 0);
        return holds;
    }

    private boolean decide(Items.Item item) {
        if (item.all()) {
            for (int[] value : item.values()) {
                if (!anyOf(value)) {
                    return false;
                }
            }
            return true;
        }
        if (!item.told() && found(item.literals())) {
            return true;
        }
        for (int lazy : item.lazies()) {
            if (holdsLazy(lazy)) {
                return true;
            }
        }
        return false;
    }

    private boolean anyOf(int[] value) {
        for (int atom : value) {
            if (compiled.atoms[atom].test() == null ? literals.has(atom) : holdsLazy(atom)) {
                return true;
            }
        }
        return false;
    }

    private boolean holdsLazy(int number) {
        int known = lazies[number];
        if (known >>> 1 == round) {
            return (known & 1) != 0;
        }
        Atoms.Atom atom = compiled.atoms[number];
        LazyCheck test = atom.test();
        boolean holds = test != null && mayHold(atom) && holds(atom, test);
        lazies[number] = round << 1 | (holds ? 1 : 0);
        return holds;
    }

    private boolean holds(Atoms.Atom atom, LazyCheck test) {
        if (atom.small() != null) {
            return contains(atom.slot(), atom.small());
        }
        int found = atom.slot() == Items.EVERYTHING ? -1 : withoutTexts(test, atom.slot());
        return found >= 0 ? found == 1 : test.holds(this);
    }

    /** Whether a test holds, found out on bytes; negative if that cannot be. */
    private int withoutTexts(LazyCheck test, int slot) {
        boolean there = present.has(slot);
        return switch (test.kind()) {
            case NULL -> !there || fields.hasNull(pathOfSlot[slot]) ? 1 : 0;
            case THERE -> there ? 1 : 0;
            case NOT_THERE -> there ? 0 : 1;
            case ALIKE -> there && present.has(test.other())
                    ? test.alike(fields, pathOfSlot[slot], pathOfSlot[test.other()])
                    : 0;
            case OTHER -> test.automaton() == null || !there ? -1 : search(test.automaton(), slot);
        };
    }

    /** 1 if an automaton finds its expression in some value of a field, 0 if in none; negative if it cannot say. */
    private int search(RegexAutomaton automaton, int slot) {
        int found = 0;
        for (int v = fields.firstValue(pathOfSlot[slot]); v >= 0 && found == 0; v = fields.nextValue(v)) {
            int length = fields.plain(v);
            found = length < 0 ? -1 : automaton.find(fields.plainBytes(), length);
        }
        return found;
    }

    private boolean contains(int slot, SmallText small) {
        if (slot == Items.EVERYTHING) {
            for (int value = 0; value < fields.valueCount(); value++) {
                if (fields.contains(value, small)) {
                    return true;
                }
            }
            return false;
        }
        for (int v = fields.firstValue(pathOfSlot[slot]); v >= 0; v = fields.nextValue(v)) {
            if (fields.contains(v, small)) {
                return true;
            }
        }
        return false;
    }

    private boolean mayHold(Atoms.Atom atom) {
        int slot = atom.slot();
        if (atom.needsField() && slot != Items.EVERYTHING && !present.has(slot)
                || atom.characters() > 0 && atom.characters() > longest(slot)) {
            return false;
        }
        for (int[] anyOf : atom.guards()) {
            if (!found(anyOf)) {
                return false;
            }
        }
        for (int[] anyOf : atom.smallGuards()) {
            if (!anyOf(anyOf)) {
                return false;
            }
        }
        return true;
    }

    private boolean found(int[] anyOf) {
        for (int literal : anyOf) {
            if (literals.has(literal)) {
                return true;
            }
        }
        return false;
    }

    /** The most bytes, and so at least as many as characters, that a value of the field has. */
    private int longest(int slot) {
        if (longestIn[slot] != round) {
            longestIn[slot] = round;
            int most = 0;
            if (slot == Items.EVERYTHING) {
                for (int value = 0; value < fields.valueCount(); value++) {
                    most = Math.max(most, fields.foldedLength(value));
                }
            } else {
                for (int v = fields.firstValue(pathOfSlot[slot]); v >= 0; v = fields.nextValue(v)) {
                    most = Math.max(most, fields.foldedLength(v));
                }
            }
            longest[slot] = most;
        }
        return longest[slot];
    }

    @Override
    public FieldValues field(int slot) {
        FieldValues known = values[slot];
        if (known == null || valuesIn[slot] != round) {
            valuesIn[slot] = round;
            known = slot == Items.EVERYTHING
                    ? FieldValues.everything(fields)
                    : present.has(slot) ? FieldValues.at(fields, pathOfSlot[slot]) : FieldValues.ABSENT;
            values[slot] = known;
        }
        return known;
    }
}
