package dev.tocsin.node;

import dev.tocsin.event.Json;
import dev.tocsin.fabric.data.Address;
import dev.tocsin.fabric.data.PlainJson;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.store.Entry;
import dev.tocsin.fabric.store.StoreNode;
import dev.tocsin.process.Lookup;
import dev.tocsin.process.LookupCounts;
import dev.tocsin.process.LookupMatch;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Looks into this node's copy of a store. What was found, or not, is kept as long as the copy does not change, so that a
 * table that stands still costs a look into a map, on whatever disk it is. At most {@value #KEPT_MAX} answers are kept; then
 * it begins anew. Thread-safe.
 */
final class StoreLookup implements Lookup {
    private static final int KEPT_MAX = 65_536;
    /** No name, address or account is longer. */
    private static final int TEXT_MAX = 1_024;
    /** What an event can carry of it. */
    private static final int JSON_BYTES_MAX = 16 * 1024;
    private static final int DOMAIN_LEVELS_MAX = 16;

    private final StoreNode copy;
    private final LookupMatch match;
    private final @Nullable SubnetIndex subnets;
    private final LookupCounts counts;
    private final BooleanSupplier ready;
    private final InstantSource clock;
    private final Map<String, Found> kept = new ConcurrentHashMap<>();

    /** @param dueMillis when it is no longer so by itself; 0 for never */
    private record Found(long version, @Nullable JsonNode value, long dueMillis) {
    }

    /** @param subnets which watches the copy; only for {@link LookupMatch#SUBNET} */
    StoreLookup(StoreNode copy, LookupMatch match, @Nullable SubnetIndex subnets, LookupCounts counts,
            BooleanSupplier ready, InstantSource clock) {
        this.copy = copy;
        this.match = match;
        this.subnets = subnets;
        this.counts = counts;
        this.ready = ready;
        this.clock = clock;
    }

    @Override
    public boolean isReady() {
        return ready.getAsBoolean();
    }

    @Override
    public LookupCounts counts() {
        return counts;
    }

    @Override
    public @Nullable JsonNode find(String text) {
        if (text.length() > TEXT_MAX) {
            return null;
        }
        // Both only rise, so their sum is another one after any change; read before the look, so never too new for it.
        long version = copy.version() + (subnets == null ? 0 : subnets.version());
        Found found = kept.get(text);
        if (found == null || found.version != version || found.dueMillis != 0 && found.dueMillis <= clock.millis()) {
            found = look(text, version);
            if (kept.size() >= KEPT_MAX) {
                kept.clear();
            }
            kept.put(text, found);
        }
        JsonNode value = found.value;
        return value == null ? null : value.deepCopy();
    }

    private Found look(String text, long version) {
        Optional<Entry> entry = switch (match) {
            case EXACT -> first(exact(text));
            case LOWER -> first(exact(text.toLowerCase(Locale.ROOT)));
            case DOMAIN -> first(domains(text));
            case SUBNET -> network(text);
        };
        return entry.map(e -> new Found(version, json(e.value()), e.dueMillis())).orElseGet(() -> new Found(version,
                null, 0));
    }

    private Optional<Entry> first(List<Value> keys) {
        for (Value key : keys) {
            Optional<Entry> entry = copy.entry(key);
            if (entry.isPresent()) {
                return entry;
            }
        }
        return Optional.empty();
    }

    private Optional<Entry> network(String text) {
        int zone = text.indexOf('%');
        Optional<Address> address = Address.parse(zone > 0 ? text.substring(0, zone) : text);
        List<Entry> over = new ArrayList<>();
        if (subnets != null && address.isPresent()) {
            // A key that has just expired gives way to the network around it.
            subnets.over(address.get(), key -> {
                copy.entry(key).ifPresent(over::add);
                return !over.isEmpty();
            });
        }
        return over.stream().findFirst();
    }

    private static List<Value> exact(String text) {
        List<Value> keys = new ArrayList<>();
        keys.add(Value.of(text));
        Address.parse(text).ifPresent(address -> {
            if (!address.toString().equals(text)) {
                keys.add(Value.of(address.toString()));
            }
            keys.add(address);
        });
        try {
            long number = Long.parseLong(text);
            keys.add(number < 0 ? Value.integer(number) : Value.count(number));
        } catch (NumberFormatException _) {
            // Most texts are none.
        }
        return keys;
    }

    private static List<Value> domains(String text) {
        String name = text.toLowerCase(Locale.ROOT);
        name = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        List<Value> names = new ArrayList<>();
        int at = 0;
        while (at >= 0 && names.size() < DOMAIN_LEVELS_MAX) {
            names.add(Value.of(name.substring(at)));
            int dot = name.indexOf('.', at);
            at = dot < 0 ? -1 : dot + 1;
        }
        return names;
    }

    private static JsonNode json(Value value) {
        JsonNode json = PlainJson.write(value);
        if (json.isContainer() && Json.write(json).length > JSON_BYTES_MAX || json.isString() && json.stringValue()
                .length() > JSON_BYTES_MAX) {
            throw new IllegalStateException("what the table says is larger than " + JSON_BYTES_MAX + " bytes");
        }
        return json;
    }
}
