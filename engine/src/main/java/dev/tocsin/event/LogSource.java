package dev.tocsin.event;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What kind of log an event is from, in the words of Sigma's taxonomy. An event may be of several categories: a Sysmon
 * registry write is {@code registry_event} and {@code registry_set}.
 */
public record LogSource(@Nullable String product, List<String> category, @Nullable String service) {
    public static final LogSource UNKNOWN = new LogSource(null, List.of(), null);

    public LogSource {
        category = List.copyOf(category);
    }

    /** Reads what {@link #toString} writes: {@code product=windows;category=process_creation,x;service=sysmon}. */
    public static LogSource parse(String text) {
        String product = null;
        String service = null;
        List<String> category = new ArrayList<>();
        for (String part : text.split(";")) {
            int equals = part.indexOf('=');
            String value = part.substring(equals + 1);
            switch (part.substring(0, Math.max(equals, 0))) {
                case "product" -> product = value;
                case "service" -> service = value;
                case "category" -> category.addAll(List.of(value.split(",")));
                default -> {
                    // A later version may say more; what we do not know does not concern us.
                }
            }
        }
        return new LogSource(product, category, service);
    }

    @Override
    public String toString() {
        if (product == null && category.isEmpty() && service == null) {
            return "";
        }
        List<String> parts = new ArrayList<>();
        if (product != null) {
            parts.add("product=" + product);
        }
        if (!category.isEmpty()) {
            parts.add("category=" + String.join(",", category));
        }
        if (service != null) {
            parts.add("service=" + service);
        }
        return String.join(";", parts);
    }
}
