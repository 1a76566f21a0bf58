package dev.tocsin.rollout;

import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.OpenFeatureAPI;
import dev.tocsin.base.Problem;
import dev.tocsin.config.Nearest;
import dev.tocsin.log.ChangeLog;
import dev.tocsin.log.LogException;
import dev.tocsin.rollout.FlagSet.Prepared;
import dev.tocsin.rollout.logic.Scope;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What operators and engines have of the flags: to see them, to change them, to ask why. Starting it begins to read the topic.
 */
public final class FlagDesk implements AutoCloseable {
    private static final int DOCUMENT_BYTES_MAX = 512 * 1024;

    private final FlagStore store;
    private final FlagProvider provider;
    private final OpenFeatureAPI openFeature = OpenFeatureAPI.createIsolated();
    private final Client client;
    private final EngineGates gates;

    /**
     * The flags in force.
     *
     * @param revision 0 before the first change; who made the last one, when and why
     * @param engine of this node
     * @param unreadable why they are not known, or empty
     * @param document in flagd's format
     */
    public record Flags(long revision, String who, @Nullable Instant when, String why, String engine,
            String unreadable, JsonNode document, List<FlagState> flags) {
    }

    /**
     * A flag in short.
     *
     * @param variants such as {@code open=true}
     * @param engines that it names
     * @param problem why it holds everything, or empty
     */
    public record FlagState(String key, String state, List<String> variants, @Nullable String defaultVariant,
            boolean targeting, List<String> engines, String problem) {
    }

    /**
     * A wanted change.
     *
     * @param key the flag to change, or null for the whole document
     * @param value its definition, null to remove it; or the document
     * @param ifRevision the revision that the author saw, or null for the one in force
     */
    public record Request(@Nullable String key, @Nullable JsonNode value, String why, @Nullable Long ifRevision,
            boolean dryRun) {
    }

    /**
     * What came of it, or would come.
     *
     * @param revision in force now
     * @param problems why it was refused; empty when it was not
     * @param effects how it changes what the gates say to customers whom no flag names
     */
    public record Outcome(boolean applied, long revision, List<Problem> problems, JsonNode before, JsonNode after,
            List<Effect> effects) {
    }

    /** What a gate says to an engine, before and after: open, closed, held or varies. */
    public record Effect(String flag, String engine, String before, String after) {
    }

    /**
     * Why a gate says what it says.
     *
     * @param decision open, closed or held; varies when it differs by what was not told
     * @param variesBy variables that differ from event to event and count
     * @param steps the branches taken, in their order
     */
    public record Explanation(String flag, long revision, Subject subject, String decision, @Nullable String variant,
            String reason, String why, List<String> variesBy, List<Step> steps) {
    }

    /** A branch. @param path of the condition, a JSON pointer into the document. @param value what it came to */
    public record Step(String path, String condition, String value) {
    }

    /**
     * @param engine name of this node's engine, or null when it has none of its own
     * @param site of this node
     */
    public FlagDesk(ChangeLog log, @Nullable String engine, String defaultEngine, String site, Clock clock) {
        store = new FlagStore(log, clock);
        provider = new FlagProvider(store);
        openFeature.setProviderAndWait(provider);
        client = openFeature.getClient("gates");
        gates = new EngineGates(engine == null ? defaultEngine : engine, engine != null, site, store, provider, client);
        store.start();
    }

    /** Waits until the flags are known. @return whether they are */
    public boolean await(Duration patience) {
        return store.await(patience);
    }

    /** The gates of this node's engine. */
    public EngineGates gates() {
        return gates;
    }

    public Flags flags() {
        FlagStore.State state = store.state();
        JsonNode document = document(state);
        List<FlagState> flags = document.path("flags").properties().stream().map(f -> state(f.getKey(), f.getValue(),
                state.flags().flags().get(f.getKey()))).toList();
        FlagChange last = state.change();
        return new Flags(last == null ? 0 : last.revision(), last == null ? "" : last.who(),
                last == null ? null : last.when(), last == null ? "" : last.why(), gates.engine(),
                state.flags().unreadable(), document, flags);
    }

    private static JsonNode document(FlagStore.State state) {
        FlagChange change = state.change();
        return change == null ? FlagStore.document() : change.document();
    }

    private static FlagState state(String key, JsonNode json, @Nullable Flag flag) {
        return new FlagState(key, json.path("state").asString(""),
                json.path("variants").properties().stream().map(v -> v.getKey() + "=" + v.getValue()).toList(),
                json.path("defaultVariant").isString() ? json.path("defaultVariant").asString() : null,
                !json.path("targeting").isEmpty(),
                flag == null ? List.of() : flag.engines().stream().sorted().toList(),
                flag == null ? "" : flag.problem());
    }

    /** Newest first. */
    public List<FlagChange> history(int limit) {
        return store.history(limit);
    }

    /**
     * Checks a change and, unless it is only tried or refused, puts it in force for all nodes.
     *
     * @throws ChangeLog.ConflictException when another revision is in force than the author saw
     * @throws IllegalArgumentException when it does not say why, or is too large
     * @throws LogException when the flags are not known, or it cannot be written
     */
    public Outcome change(Request request, String who) {
        FlagStore.State state = store.state();
        FlagChange last = state.change();
        if (last == null && !state.flags().unreadable().isEmpty()) {
            throw new LogException("the flags are not known: " + state.flags().unreadable());
        }
        long revision = last == null ? 0 : last.revision();
        if (request.ifRevision != null && request.ifRevision != revision) {
            throw new ChangeLog.ConflictException(request.ifRevision, revision);
        }
        JsonNode before = document(state);
        JsonNode after = after(before, request);
        if (after.toString().length() > DOCUMENT_BYTES_MAX) {
            throw new IllegalArgumentException("the flags have more than " + DOCUMENT_BYTES_MAX + " characters");
        }
        List<Problem> problems = store.reader().check(after);
        List<Effect> effects = problems.isEmpty() ? effects(state.flags(), after) : List.of();
        if (!problems.isEmpty() || request.dryRun || before.equals(after)) {
            return new Outcome(false, revision, problems, before, after, effects);
        }
        if (request.why.isBlank()) {
            throw new IllegalArgumentException("a change of the flags says why it is made");
        }
        FlagChange change = store.set(revision, before, after, who, request.why.strip());
        return new Outcome(true, change.revision(), List.of(), before, after, effects);
    }

    private static JsonNode after(JsonNode before, Request request) {
        if (request.key == null) {
            return request.value == null ? FlagStore.document() : request.value;
        }
        ObjectNode after = (ObjectNode) before.deepCopy();
        ObjectNode flags = (ObjectNode) after.get("flags");
        if (request.value == null) {
            flags.remove(request.key);
        } else {
            flags.set(request.key, request.value);
        }
        return after;
    }

    private List<Effect> effects(FlagSet before, JsonNode document) {
        FlagSet after = store.reader().read(before.revision() + 1, document, before.everSet());
        Set<String> engines = new TreeSet<>(Set.of(gates.engine()));
        before.flags().values().forEach(f -> engines.addAll(f.engines()));
        after.flags().values().forEach(f -> engines.addAll(f.engines()));
        List<Effect> effects = new ArrayList<>();
        for (GateFlag flag : GateFlag.values()) {
            for (String engine : engines) {
                Subject anybody = subject(engine, "", "", "", "", "");
                String from = word(before.prepare(flag.key(), anybody));
                String to = word(after.prepare(flag.key(), anybody));
                if (!from.equals(to)) {
                    effects.add(new Effect(flag.key(), engine, from, to));
                }
            }
        }
        return effects;
    }

    private static String word(Prepared prepared) {
        Decision fixed = prepared.fixed();
        return fixed == null ? "varies" : word(fixed.passage());
    }

    private static String word(Passage passage) {
        return passage.name().toLowerCase(Locale.ROOT);
    }

    private Subject subject(String engine, String customer, String source, String site, String rule, String key) {
        String name = engine.isEmpty() ? gates.engine() : engine;
        return new Subject(name, gates.isNamed() || !name.equals(gates.engine()), customer, source,
                site.isEmpty() ? gates.site() : site, rule, key);
    }

    /**
     * What a gate would say now, and by which branches. What is empty is this node's own, or not told.
     *
     * @throws IllegalArgumentException when there is no such flag
     */
    public Explanation explain(String flag, String engine, String customer, String source, String site, String rule,
            String key) {
        GateFlag known = GateFlag.of(flag).orElseThrow(() -> new IllegalArgumentException("there is no flag \"" + flag
                + "\"; " + Nearest.hint(flag, GateFlag.keys())));
        Subject subject = subject(engine, customer, source, site, rule, key);
        FlagSet flags = store.state().flags();
        List<String> variesBy = flags.prepare(known.key(), subject).variesBy().stream().toList();
        boolean isTold = variesBy.stream()
                .allMatch(v -> !String.valueOf(subject.get(flag, v)).isEmpty());
        List<Step> steps = new ArrayList<>();
        Decision decision = flags.decide(known.key(), subject, new Scope() {
            @Override
            public @Nullable Object get(String variable) {
                return subject.get(known.key(), variable);
            }

            @Override
            public void decided(String path, String condition, @Nullable Object value) {
                steps.add(new Step(path, condition, String.valueOf(value)));
            }
        });
        if (!isTold) {
            return new Explanation(flag, flags.revision(), subject, "varies", null, "VARIES", "it differs by "
                    + String.join(", ", variesBy) + ", and not all of it was told", variesBy, List.copyOf(steps));
        }
        return new Explanation(flag, flags.revision(), subject, word(decision.passage()), decision.variant(),
                decision.reason().name(), decision.why(), variesBy, List.copyOf(steps));
    }

    /** Our flags for anybody who knows OpenFeature. */
    public Client client() {
        return client;
    }

    @Override
    public void close() {
        store.close();
        openFeature.shutdown();
    }
}
