package dev.tocsin.fabric;

import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.OrAlone;
import java.util.List;

/** One entry of {@code fabric.rights}. */
@Doc("What one who is named, or all others, may do.")
public record RightsConfig(
        @Doc("Prefixes of topics that are taken from it; \"\" is every topic.") @Default("[]") @OrAlone List<String> publish,
        @Doc("Prefixes of topics that are sent to it.") @Default("[]") @OrAlone List<String> subscribe) {

    public RightsConfig {
        publish = List.copyOf(publish);
        subscribe = List.copyOf(subscribe);
        checked("publish", publish);
        checked("subscribe", subscribe);
    }

    private static void checked(String key, List<String> prefixes) {
        try {
            PrefixSet.of(prefixes);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
        }
    }

    Rights rights() {
        return Rights.of(publish, subscribe);
    }
}
