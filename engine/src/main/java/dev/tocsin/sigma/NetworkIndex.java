package dev.tocsin.sigma;

import dev.tocsin.sigma.match.EventFields;
import dev.tocsin.sigma.match.Hits;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * In which of many networks an address is: one look-up for each length of prefix that some network has, however many
 * networks there are. Immutable.
 */
final class NetworkIndex {
    private static final int V4_BITS = 32;

    /** IPv4: prefix length and network in one number, ascending. */
    private final long[] networks;
    /** For each of these what is said when it is found. */
    private final int[] numbers;
    private final int[] prefixes;
    private final Map<Network, Integer> numbersOfV6 = new HashMap<>();
    private final int[] prefixesOfV6;

    /** @param given with the number that each has */
    NetworkIndex(Map<Network, Integer> given) {
        TreeMap<Long, Integer> sorted = new TreeMap<>();
        given.forEach((network, number) -> {
            if (network.v6()) {
                numbersOfV6.put(network, number);
            } else {
                sorted.put(key(network.prefix(), network.low()), number);
            }
        });
        networks = sorted.keySet().stream().mapToLong(key -> key).toArray();
        numbers = sorted.values().stream().mapToInt(number -> number).toArray();
        prefixes = prefixes(given, false);
        prefixesOfV6 = prefixes(given, true);
    }

    private static int[] prefixes(Map<Network, Integer> given, boolean v6) {
        return given.keySet().stream().filter(n -> n.v6() == v6).mapToInt(Network::prefix).distinct().sorted()
                .toArray();
    }

    private static long key(int prefix, long network) {
        return (long) prefix << V4_BITS | network;
    }

    /** Finds the networks that the value, if it is an address, is in. */
    void find(EventFields fields, int value, Hits hits) {
        byte[] text = fields.foldedBytes();
        int from = fields.foldedFrom(value);
        int length = fields.foldedLength(value);
        long quad = Network.quad(text, from, from + length);
        if (quad >= 0) {
            for (int prefix : prefixes) {
                int at = Arrays.binarySearch(networks, key(prefix, quad & Network.lowMask(false, prefix)));
                if (at >= 0) {
                    hits.add(numbers[at]);
                }
            }
        } else if (prefixesOfV6.length > 0 && hasColon(text, from, length)) {
            Network.ofV6(fields.text(value)).ifPresent(address -> {
                for (int prefix : prefixesOfV6) {
                    Integer number = numbersOfV6.get(address.widened(prefix));
                    if (number != null) {
                        hits.add(number);
                    }
                }
            });
        }
    }

    private static boolean hasColon(byte[] text, int from, int length) {
        for (int i = from; i < from + length; i++) {
            if (text[i] == ':') {
                return true;
            }
        }
        return false;
    }
}
