package dev.tocsin.rollout;

import dev.openfeature.sdk.ErrorCode;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.EventProvider;
import dev.openfeature.sdk.ImmutableContext;
import dev.openfeature.sdk.ImmutableMetadata;
import dev.openfeature.sdk.Metadata;
import dev.openfeature.sdk.ProviderEvaluation;
import dev.openfeature.sdk.ProviderEventDetails;
import dev.openfeature.sdk.Value;
import dev.tocsin.rollout.FlagSet.Prepared;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Our flags behind OpenFeature's API (<a href="https://openfeature.dev/specification/sections/providers">specification,
 * section 2</a>). A gate is a boolean; all that is no boolean is a type mismatch. What is held is an error, for which the
 * caller's default is false. The flag's metadata {@code varies} says whether the answer may differ from event to event.
 */
final class FlagProvider extends EventProvider {
    static final String VARIES = "varies";
    private static final String NAMED = "named";

    private final FlagStore store;

    FlagProvider(FlagStore store) {
        this.store = store;
        store.listen(() -> emitProviderConfigurationChanged(ProviderEventDetails.builder()
                .flagsChanged(List.copyOf(GateFlag.keys())).build()));
    }

    @Override
    public Metadata getMetadata() {
        return () -> "tocsin";
    }

    /** What the gates ask OpenFeature with. */
    static EvaluationContext context(Subject subject) {
        Map<String, Value> attributes = new HashMap<>();
        attributes.put("engine", new Value(subject.engine()));
        attributes.put(NAMED, new Value(subject.isNamed()));
        attributes.put("customer", new Value(subject.customer()));
        attributes.put("source", new Value(subject.source()));
        attributes.put("site", new Value(subject.site()));
        attributes.put("rule", new Value(subject.rule()));
        return new ImmutableContext(subject.key().toString(), attributes);
    }

    private static Subject subject(EvaluationContext context) {
        Value named = context.getValue(NAMED);
        String key = context.getTargetingKey();
        return new Subject(text(context, "engine"), named == null || !Boolean.FALSE.equals(named.asBoolean()),
                text(context, "customer"), text(context, "source"), text(context, "site"), text(context, "rule"),
                key == null ? "" : key);
    }

    private static String text(EvaluationContext context, String name) {
        Value value = context.getValue(name);
        String text = value == null ? null : value.asString();
        return text == null ? "" : text;
    }

    Prepared prepare(String key, Subject subject) {
        return store.state().flags().prepare(key, subject);
    }

    @Override
    public ProviderEvaluation<Boolean> getBooleanEvaluation(String key, @Nullable Boolean otherwise,
            EvaluationContext context) {
        Subject subject = subject(context);
        Prepared prepared = prepare(key, subject);
        Decision decision = prepared.decide(subject);
        ImmutableMetadata metadata = ImmutableMetadata.builder().addBoolean(VARIES, prepared.fixed() == null).build();
        return ProviderEvaluation.<Boolean>builder().value(decision.passage() == Passage.OPEN)
                .variant(decision.variant()).reason(decision.reason().name()).errorCode(error(decision))
                .errorMessage(decision.passage() == Passage.HELD ? decision.why() : null).flagMetadata(metadata)
                .build();
    }

    private static @Nullable ErrorCode error(Decision decision) {
        if (decision.passage() != Passage.HELD) {
            return null;
        }
        return switch (decision.reason()) {
            case MISSING, DISABLED -> ErrorCode.FLAG_NOT_FOUND;
            case UNREADABLE -> ErrorCode.PROVIDER_NOT_READY;
            case ERROR -> ErrorCode.PARSE_ERROR;
            case STATIC, TARGETING_MATCH, DEFAULT, UNNAMED, NO_GATE -> ErrorCode.GENERAL;
        };
    }

    @Override
    public ProviderEvaluation<String> getStringEvaluation(String key, @Nullable String otherwise,
            EvaluationContext context) {
        return mismatch(otherwise);
    }

    @Override
    public ProviderEvaluation<Integer> getIntegerEvaluation(String key, @Nullable Integer otherwise,
            EvaluationContext context) {
        return mismatch(otherwise);
    }

    @Override
    public ProviderEvaluation<Double> getDoubleEvaluation(String key, @Nullable Double otherwise,
            EvaluationContext context) {
        return mismatch(otherwise);
    }

    @Override
    public ProviderEvaluation<Value> getObjectEvaluation(String key, @Nullable Value otherwise,
            EvaluationContext context) {
        return mismatch(otherwise);
    }

    private static <T> ProviderEvaluation<T> mismatch(@Nullable T otherwise) {
        return ProviderEvaluation.<T>builder().value(otherwise).errorCode(ErrorCode.TYPE_MISMATCH)
                .errorMessage("a gate is a boolean").build();
    }
}
