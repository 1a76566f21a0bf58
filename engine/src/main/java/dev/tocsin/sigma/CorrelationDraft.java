package dev.tocsin.sigma;

import dev.tocsin.sigma.correlate.CorrelationRule;
import dev.tocsin.sigma.correlate.CorrelationType;
import dev.tocsin.sigma.correlate.Extension;
import dev.tocsin.sigma.correlate.MissingGroup;
import dev.tocsin.sigma.correlate.Rearm;
import dev.tocsin.sigma.correlate.Threshold;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A correlation as it is written, before it is known what the rules are that it names.
 *
 * @param expression the condition of a temporal correlation as text; null where there is none or it is numeric
 * @param aliases the mapping under {@code aliases}; null where there is none
 */
record CorrelationDraft(String id, @Nullable String name, CorrelationRule.Head head, Place place, CorrelationType type,
        List<YamlNode.Scalar> rules, List<String> groupBy, long timespanMillis, @Nullable Threshold threshold,
        YamlNode.@Nullable Scalar expression, List<String> fields, @Nullable BigDecimal percentile,
        YamlNode.@Nullable Mapping aliases, boolean generate, Rearm rearm, MissingGroup missingGroup,
        Extension extension) {
}
