package dev.tocsin.node;

import dev.tocsin.fabric.data.Address;
import dev.tocsin.fabric.data.Subnet;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.store.StoreEvent;
import dev.tocsin.fabric.store.StoreWatcher;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which networks are keys of a store, so that the longest prefix over an address is found by one look for each length of
 * prefix that occurs. Keys are networks or addresses, as such or as text; others are left out. One thread, the watch's,
 * writes; many read.
 */
final class SubnetIndex implements StoreWatcher {
    /** From here on the 128 bits are those of an IPv4 address. */
    private static final int V4_BITS = 96;
    private static final int ALL_BITS = 128;

    private Networks building = new Networks();
    private volatile Networks networks = new Networks();
    private volatile boolean ready;
    private volatile long version;

    /** The keys by network, and how many there are of each length of prefix. */
    private static final class Networks {
        private final Map<Subnet, Value> keys = new ConcurrentHashMap<>();
        private final int[] counts = new int[ALL_BITS + 1];
        /** Descending. */
        private volatile int[] lengths = {};

        void put(Value key) {
            Subnet network = network(key);
            if (network != null && keys.put(network, key) == null && counts[network.bits()]++ == 0) {
                measure();
            }
        }

        void remove(Value key) {
            Subnet network = network(key);
            if (network != null && keys.remove(network, key) && --counts[network.bits()] == 0) {
                measure();
            }
        }

        private void measure() {
            TreeSet<Integer> occurring = new TreeSet<>();
            for (int i = 0; i <= ALL_BITS; i++) {
                if (counts[i] > 0) {
                    occurring.add(i);
                }
            }
            lengths = occurring.descendingSet().stream().mapToInt(Integer::intValue).toArray();
        }
    }

    private static @Nullable Subnet network(Value key) {
        return switch (key) {
            case Subnet s -> s;
            case Address a -> new Subnet(a, ALL_BITS);
            case Value.Text t when t.bytes().length() <= ALL_BITS -> Subnet.parse(t.utf8())
                    .or(() -> Address.parse(t.utf8()).map(a -> new Subnet(a, ALL_BITS))).orElse(null);
            default -> null;
        };
    }

    boolean isReady() {
        return ready;
    }

    /** Rises with each change. */
    long version() {
        return version;
    }

    /** The keys whose networks hold the address, the longest prefix first, until one is taken. */
    void over(Address address, Predicate<Value> taken) {
        Networks now = networks;
        int least = address.isV4() ? V4_BITS : 0;
        for (int bits : now.lengths) {
            Value key = bits < least ? null : now.keys.get(new Subnet(address, bits));
            if (key != null && taken.test(key)) {
                return;
            }
        }
    }

    @Override
    public void begin(long revision) {
        building = new Networks();
    }

    @Override
    public void entry(Value key, Value value, long revision) {
        building.put(key);
    }

    @Override
    public void ready() {
        networks = building;
        ready = true;
        version++;
    }

    @Override
    public void event(StoreEvent event) {
        switch (event.kind()) {
            case INSERT,UPDATE -> networks.put(event.key());
            case ERASE,EXPIRE -> networks.remove(event.key());
            case CLEAR -> networks = new Networks();
        }
        version++;
    }
}
