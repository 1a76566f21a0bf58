package dev.tocsin.event;

/**
 * Where an event was collected and which one it was there. Ids prove that nothing is doubled; only a sequence can prove
 * that nothing is missing.
 *
 * @param site name of the site, without a slash
 * @param node name of the node within the site, without a slash
 * @param epoch rises at each start of the node, so that a sequence never begins twice
 * @param sequence 1, 2, 3, … without a hole within (site, node, epoch)
 */
public record Origin(String site, String node, long epoch, long sequence) {
    public Origin {
        if (site.isEmpty() || node.isEmpty() || site.indexOf('/') >= 0 || node.indexOf('/') >= 0) {
            throw new IllegalArgumentException("a site or node is named without a slash: " + site + ", " + node);
        }
    }

    /** Reads {@code site/node/epoch/sequence}. */
    public static Origin parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length != 4) {
            throw new IllegalArgumentException("an origin is site/node/epoch/sequence, not " + text);
        }
        return new Origin(parts[0], parts[1], Long.parseLong(parts[2]), Long.parseLong(parts[3]));
    }

    @Override
    public String toString() {
        return site + "/" + node + "/" + epoch + "/" + sequence;
    }
}
