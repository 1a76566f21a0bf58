package dev.tocsin.content;

import dev.tocsin.base.ByteSize;
import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The section {@code content:}. */
@Doc("Rule bundles: who may push them, where they come from by themselves, when an engine counts as stale.")
public record ContentConfig(
        @Doc("Public keys whose bundles engines run, as content keygen prints them. None: only what this node itself has signed.") @Default("[]") List<String> trust,
        @Doc("How long an engine may run another commit than the one announced before that is an alarm.") @Default("20s") Duration stale,
        @Doc("Whether a rule without a test is refused.") @Default("false") boolean requireTests,
        @Doc("The largest bundle, unpacked.") @Default("256MiB") ByteSize sizeMax,
        @Doc("Where bundles come from by themselves; looked at by nodes with the role manager. Left out, they are only pushed.") @Nullable FeedConfig feed) {
    public static final ContentConfig DEFAULT = new ContentConfig(List.of(), Duration.ofSeconds(20), false,
            ByteSize.parse("256MiB"), null);

    public ContentConfig {
        trust = List.copyOf(trust);
        trust.forEach(PublicKeyText::parse);
        if (stale.isNegative() || stale.isZero()) {
            throw new IllegalArgumentException("stale must be more than nothing");
        }
        if (sizeMax.bytes() < 1024 || sizeMax.bytes() > 1L << 30) {
            throw new IllegalArgumentException("size_max is from 1KiB to 1GiB: " + sizeMax);
        }
    }

    /** What trees and bundles are held to. */
    public ContentLimits limits() {
        return new ContentLimits(sizeMax.bytes());
    }
}
