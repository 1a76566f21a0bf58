package dev.tocsin.source;

import dev.tocsin.config.Doc;
import dev.tocsin.event.LogSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a person who writes the configuration knows about the kind of log, in Sigma's words. */
public record LogSourceHint(@Doc("For example windows, linux, aws, zeek.") @Nullable String product,
        @Doc("For example process_creation, firewall.") @Nullable String category,
        @Doc("For example sysmon, sshd, cloudtrail.") @Nullable String service) {
    public static final LogSourceHint NONE = new LogSourceHint(null, null, null);

    LogSource logSource() {
        return new LogSource(product, category == null ? List.of() : List.of(category), service);
    }
}
