package dev.tocsin.process;

import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import org.jspecify.annotations.Nullable;

/** A look into a store, as a step. */
@Doc("Looks a field's value up in a store that this node has a copy of, and puts what stands there into the event.")
public record LookupConfig(@Doc("One of fabric.stores.") String store,
        @Doc("The field whose value is looked up: a dotted path, such as source.ip. Of a list, the first value that is known counts.") String key,
        @Doc("Where what is found goes, whatever was there: a dotted path, such as source.asset. Never event.original, vendor, tocsin, @timestamp.") String into,
        @Doc("exact; lower (keys in lower case); subnet (an address in keys such as 10.0.0.0/8, the longest prefix wins); domain (a name and the names above it).") @Default("exact") LookupMatch match,
        @Doc("Text that goes there when the store does not know the value. Left out, the event stays as it is.") @Nullable String onMiss) {
}
