package dev.tocsin.source.state;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * State in a bucket, by nothing but objects that are created when there is none of the name ({@code If-None-Match: *}).
 * Swaps ({@code If-Match}) are not used: some servers do not make them one step.
 *
 * <p>A term is a generation, which is its epoch. The objects {@code <source>/<generation>/<number>} are a chain: number 0
 * claims the generation, 1 and on are documents, and an <em>empty</em> object is the seal that ends the chain. The
 * newest object of a chain is never deleted, so whoever creates the next number is either behind everything that was
 * written or told that he is not.
 *
 * <p><b>The fence.</b> Who takes over claims the next generation, then seals the one before: creates its next number,
 * empty. From then on the leader before finds that number taken, whenever it wakes, and learns from the empty object that
 * it is fenced. If it was quicker, its document is in the chain, and the seal goes behind it. Only a sealed chain is read;
 * its last document becomes number 1 of the new generation, and with that the term begins. A generation in which nothing
 * was written leaves the chain before it to be sealed and read, too.
 *
 * <p>The claim, the last number with a document (its content is replaced by a stub) and the seal of each generation stay for
 * ever: three small objects for each take-over. They are what a leader that slept for a year runs into.
 *
 * <p><b>The lease</b> is the object {@code heartbeat} of the generation, or any new number: a standby takes over when it has
 * seen nothing move for as long, by its own monotonic clock. Nobody's clock is compared with anybody's.
 *
 * <p>Needed of the store: reads and lists after a write see it (all of S3 since 2020), and the condition, which is tried at
 * the start.
 */
final class S3State implements FencedState {
    private static final Logger LOG = LoggerFactory.getLogger(S3State.class);
    private static final int SEAL_ATTEMPTS_MAX = 100;
    private static final int DELETES_MAX = 10;
    private static final int TIDIED_MAX = 5;

    private final String source;
    private final ObjectStore objects;
    private final Duration lease;
    private final LongSupplier nanos;
    private final S3Probe probe;
    private final String me = Documents.me();

    /** The newest generation that was seen. */
    private long newest;
    /** What was in it, and since when nothing of it moved. */
    private @Nullable List<ObjectStore.Entry> seen;
    private long seenSince;
    private long named;
    private volatile String leader = "";
    /** Claimed by this process, which then failed to take over. */
    private @Nullable S3Chain pending;
    private volatile S3Chain.@Nullable Written last;

    S3State(String source, ObjectStore objects, Duration lease, LongSupplier nanos) {
        this.source = Documents.checkSource(source);
        this.objects = objects;
        this.lease = lease;
        this.nanos = nanos;
        this.probe = new S3Probe(objects);
    }

    @Override
    public Optional<Term> tryLead() throws IOException {
        probe.check();
        List<ObjectStore.Entry> found = objects.list(source + "/", source + "/" + S3Chain.number(newest));
        for (ObjectStore.Entry entry : found) {
            newest = Math.max(newest, S3Chain.generation(entry.name()));
        }
        String prefix = S3Chain.prefix(source, newest);
        List<ObjectStore.Entry> now = found.stream().filter(e -> e.name().startsWith(prefix)).toList();
        if (!now.equals(seen)) {
            seen = now;
            seenSince = nanos.getAsLong();
        }
        if (pending != null && pending.generation() == newest && !now.isEmpty()) {
            return begin(pending);
        }
        boolean ended = now.isEmpty() || S3Chain.isSealed(now);
        if (!ended && nanos.getAsLong() - seenSince < lease.toNanos()) {
            name(newest);
            return Optional.empty();
        }
        return claim(newest + 1);
    }

    private Optional<Term> claim(long generation) throws IOException {
        S3Chain chain = new S3Chain(objects, source, generation);
        String nonce = UUID.randomUUID().toString();
        byte[] claim = ("claim " + nonce + "\n" + me + "\n" + Instant.now() + "\n").getBytes(StandardCharsets.UTF_8);
        if (!objects.create(chain.name(0), claim) && !chain.isOwn(0, "claim", nonce)) {
            return Optional.empty();
        }
        newest = generation;
        pending = chain;
        return begin(chain);
    }

    private Optional<Term> begin(S3Chain chain) throws IOException {
        Lease held = new Lease(lease, nanos);
        long sent;
        String document;
        try {
            S3Chain.Written before = takeOver(chain.generation());
            S3Chain.Written lost = last;
            // The bucket may have been emptied meanwhile.
            S3Chain.Written newer = lost != null && (before == null || lost.isAfter(before)) ? lost : before;
            document = newer == null ? "" : newer.document();
            sent = held.now();
            last = new S3Chain.Written(chain.generation(), chain.append(document), document);
        } catch (FencedException _) {
            pending = null;
            return Optional.empty();
        }
        pending = null;
        held.renewed(sent);
        leader = me;
        return Optional.of(new S3Term(chain, document, held));
    }

    /** Ends what was written before the generation, and answers the last of it. */
    private S3Chain.@Nullable Written takeOver(long generation) throws IOException {
        for (long before = generation - 1; before > 0; before--) {
            S3Chain chain = new S3Chain(objects, source, before);
            if (chain.isMissing()) {
                return null;
            }
            long number = chain.seal(SEAL_ATTEMPTS_MAX);
            if (number > 0) {
                return chain.read(number);
            }
        }
        return null;
    }

    @Override
    public String leader() {
        return leader;
    }

    private void name(long generation) throws IOException {
        if (named != generation) {
            String claim = objects.get(new S3Chain(objects, source, generation).name(0))
                    .map(bytes -> new String(bytes, StandardCharsets.UTF_8)).orElse("");
            String[] lines = claim.split("\n", -1);
            leader = lines.length > 1 ? lines[1] : "";
            named = generation;
        }
    }

    @Override
    public void close() {
        objects.close();
    }

    private final class S3Term implements Term {
        private final S3Chain chain;
        private final String document;
        private final Lease held;
        private final List<String> leftovers = new ArrayList<>();
        private long untidy;
        private long beat;
        private @Nullable FencedException fenced;

        S3Term(S3Chain chain, String document, Lease held) {
            this.chain = chain;
            this.document = document;
            this.held = held;
            this.untidy = chain.generation() - 1;
        }

        @Override
        public long epoch() {
            return chain.generation();
        }

        @Override
        public String document() {
            return document;
        }

        @Override
        public synchronized void write(String next) throws IOException {
            checkTerm();
            long sent = held.now();
            try {
                last = new S3Chain.Written(chain.generation(), chain.append(next), next);
            } catch (FencedException e) {
                throw end(e);
            }
            held.renewed(sent);
            chain.forgetOld();
        }

        @Override
        public synchronized void renew() throws IOException {
            checkTerm();
            long sent = held.now();
            if (chain.isFollowed()) {
                throw end(new FencedException("a later generation than " + chain.generation() + " has begun in "
                        + objects));
            }
            beat++;
            objects.replace(chain.heartbeat(), ("heartbeat " + beat + "\n").getBytes(StandardCharsets.UTF_8));
            held.renewed(sent);
            tidy();
        }

        private void checkTerm() throws FencedException {
            if (fenced != null) {
                throw new FencedException("this term is over: " + fenced.getMessage(), fenced);
            }
        }

        private FencedException end(FencedException e) {
            held.end();
            fenced = e;
            return e;
        }

        /** Deletes what the last generations have left, a few objects at each call. */
        private void tidy() {
            try {
                if (leftovers.isEmpty() && untidy > Math.max(0, chain.generation() - TIDIED_MAX)) {
                    leftovers.addAll(new S3Chain(objects, source, untidy).leftovers());
                    untidy--;
                }
                for (int i = 0; i < DELETES_MAX && !leftovers.isEmpty(); i++) {
                    objects.delete(leftovers.getLast());
                    leftovers.removeLast();
                }
            } catch (IOException e) {
                LOG.debug("{}: old state is not deleted yet: {}", source, e.getMessage());
            }
        }

        @Override
        public boolean isHeld() {
            return held.isHeld();
        }

        @Override
        public synchronized void close() {
            held.end();
            if (fenced != null) {
                return;
            }
            fenced = new FencedException("it was ended here");
            try {
                chain.seal(SEAL_ATTEMPTS_MAX);
            } catch (IOException e) {
                LOG.debug("{}: the lease must run out: {}", source, e.getMessage());
            }
        }
    }
}
