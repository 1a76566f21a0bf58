package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The log source that a rule names; what it leaves out it does not ask for. */
public record RuleLogSource(@Nullable String product, @Nullable String category, @Nullable String service) {

    /** Whether a rule for this source applies to events of that kind: everything named here is there with the same text. */
    public boolean covers(@Nullable String eventProduct, List<String> eventCategories, @Nullable String eventService) {
        return (product == null || product.equals(eventProduct)) && (service == null || service.equals(eventService))
                && (category == null || eventCategories.contains(category));
    }

    /** Whether that rule's source is part of this one: what is named here, the rule names with the same text. */
    boolean includes(RuleLogSource rule) {
        return (product == null || product.equals(rule.product)) && (category == null || category.equals(rule.category))
                && (service == null || service.equals(rule.service));
    }

    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        if (product != null) {
            parts.add("product=" + product);
        }
        if (category != null) {
            parts.add("category=" + category);
        }
        if (service != null) {
            parts.add("service=" + service);
        }
        return String.join(";", parts);
    }
}
