package dev.tocsin.process;

import dev.tocsin.event.LogSource;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The fields that Sigma rules see: the vendor's own without those whose name begins with {@code _}. A Windows event 4688
 * gets the two names that Sigma's process creation rules use ({@code NewProcessName} as {@code Image},
 * {@code ParentProcessName} as {@code ParentImage}), where they are absent; nothing else is derived.
 */
public final class VendorFields {
    private VendorFields() {
    }

    /** A new object; {@code raw} is left as it is. */
    public static ObjectNode of(JsonNode raw, LogSource logSource) {
        ObjectNode vendor = JsonNodeFactory.instance.objectNode();
        for (var field : raw.properties()) {
            if (!field.getKey().startsWith("_")) {
                vendor.set(field.getKey(), field.getValue());
            }
        }
        if ("windows".equals(logSource.product()) && raw.path("EventID").asString("").equals("4688")
                && raw.path("Channel").asString("").toLowerCase(Locale.ROOT).equals("security")) {
            copy(vendor, "NewProcessName", "Image");
            copy(vendor, "ParentProcessName", "ParentImage");
        }
        return vendor;
    }

    private static void copy(ObjectNode vendor, String from, String to) {
        JsonNode value = vendor.get(from);
        if (value != null && !vendor.has(to)) {
            vendor.set(to, value);
        }
    }
}
