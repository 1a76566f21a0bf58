package dev.tocsin.fabric.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which node of a pool a key belongs to: the one with the highest weight for it, so that when a node leaves only its own
 * keys move. The formula is that of Zeek's {@code Cluster::publish_hrw}, so both sides choose the same node: FNV-1a of 32
 * bits and the weight of Thaler and Ravishankar, "Using name-based mappings to increase hit rates", 1998.
 *
 * <p>Zeek's digests of strings, counts, integers and addresses are known. A key of another type is digested over its
 * {@code broker-bin-v1} form: all our nodes agree, a Zeek node may not.
 */
public final class Rendezvous {
    private static final int FNV_START = 0x811c9dc5;
    private static final int FNV_PRIME = 16777619;
    private static final int A = 1103515245;
    private static final int B = 12345;

    private final Map<String, Integer> sites = new LinkedHashMap<>();

    /** @param nodes names, in any order; the numbers that stand for them do not depend on it */
    public Rendezvous(Collection<String> nodes) {
        for (String node : new TreeSet<>(nodes)) {
            int suffix = 0;
            int id = site(node, suffix);
            while (sites.containsValue(id)) {
                id = site(node, ++suffix);
            }
            sites.put(node, id);
        }
    }

    /** The key's node among those that {@code alive} lets through; of two with the same weight the higher site. */
    public Optional<String> choose(Value key, Predicate<String> alive) {
        int digest = digest(key);
        String best = null;
        int bestSite = 0;
        int bestWeight = 0;
        for (Map.Entry<String, Integer> node : sites.entrySet()) {
            int site = node.getValue();
            if (!alive.test(node.getKey())) {
                continue;
            }
            int weight = weight(digest, site);
            if (best == null || weight > bestWeight
                    || weight == bestWeight && Integer.compareUnsigned(site, bestSite) > 0) {
                best = node.getKey();
                bestSite = site;
                bestWeight = weight;
            }
        }
        return Optional.ofNullable(best);
    }

    /** The number that stands for a node, 32 bits, unsigned. */
    int site(String node) {
        return sites.getOrDefault(node, 0);
    }

    private static int site(String node, int suffix) {
        return fnv1a((node + "." + suffix).getBytes(StandardCharsets.UTF_8));
    }

    /** 31 bits. */
    static int weight(int digest, int site) {
        return A * (A * site + B ^ digest & 0x7fff_ffff) + B & 0x7fff_ffff;
    }

    /** 32 bits, unsigned. */
    static int digest(Value key) {
        return switch (key) {
            case Value.Text text -> fnv1a(text.bytes().toArray());
            case Value.Count count -> fnv1a(tagged(ZeekLogType.COUNT, 8).putLong(count.value()).array());
            case Value.Int integer -> fnv1a(tagged(ZeekLogType.INT, 8).putLong(integer.value()).array());
            case Address address -> {
                byte[] text = address.toString().getBytes(StandardCharsets.US_ASCII);
                yield fnv1a(tagged(ZeekLogType.ADDR, text.length + 1).put(text).array());
            }
            default -> fnv1a(BinValues.write(key));
        };
    }

    private static ByteBuffer tagged(int tag, int length) {
        return ByteBuffer.allocate(4 + length).order(ByteOrder.LITTLE_ENDIAN).putInt(tag);
    }

    private static int fnv1a(byte[] bytes) {
        int hash = FNV_START;
        for (byte b : bytes) {
            hash = (hash ^ b & 0xff) * FNV_PRIME;
        }
        return hash;
    }
}
