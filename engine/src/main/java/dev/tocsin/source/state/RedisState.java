package dev.tocsin.source.state;

import dev.tocsin.config.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * State in Redis. Two keys for each source: {@code <prefix>{<source>}:lease} with a time to live, which says that somebody
 * leads, and the hash {@code <prefix>{<source>}:term} with the epoch, who began it, and the document. Each step is one
 * script, so Redis does it whole or not at all, and nothing comes between.
 *
 * <p><b>The fence.</b> Whoever writes says his epoch and himself; when the hash does not say the same, nothing is written.
 * The lease may be wrong in any way (a clock that leaps, a key that somebody deletes): at the most a leader loses its term.
 *
 * <p><b>A Redis that has forgotten.</b> A hash that is gone, or that a restart or a replica took back to an earlier epoch,
 * fits no running term, so it takes no write until somebody leads anew. An epoch is never smaller than the time of the
 * server in milliseconds, nor than any this process knows of, so that what comes after is greater than what was forgotten.
 * Who leads next and knows a later document than Redis does writes that one. What nobody alive knows is lost; the source
 * then collects again what it had collected, under the same ids.
 *
 * <p>What cannot be had: a replica that is promoted before it has the last term's beginning lets the term before write once
 * more ({@code min-replicas-to-write} and {@code WAIT} narrow that). Ids are the safety there.
 */
final class RedisState implements FencedState {
    private static final int TIMEOUT_MILLIS = 2_000;

    /** Keys: lease, term. Arguments: owner, leader, lease in ms, least epoch. */
    private static final String LEAD = """
            if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[3])
                and redis.call('GET', KEYS[1]) ~= ARGV[1] then
              return {'held', redis.call('HGET', KEYS[2], 'leader') or ''}
            end
            local time = redis.call('TIME')
            local epoch = math.max(tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000), tonumber(ARGV[4]),
                tonumber(redis.call('HGET', KEYS[2], 'epoch') or '0') + 1)
            local text = string.format('%.0f', epoch)
            redis.call('HSET', KEYS[2], 'epoch', text, 'owner', ARGV[1], 'leader', ARGV[2])
            redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
            return {'led', text, redis.call('HGET', KEYS[2], 'document') or '',
                redis.call('HGET', KEYS[2], 'written_epoch') or '0', redis.call('HGET', KEYS[2], 'written_number') or '0'}
            """;

    /** Keys: lease, term. Arguments: owner, lease in ms, epoch, and of a write also its number and the document. */
    private static final String WRITE = """
            local term = redis.call('HMGET', KEYS[2], 'epoch', 'owner', 'leader')
            if term[1] ~= ARGV[3] or term[2] ~= ARGV[1] then
              return {'fenced', term[1] or '', term[3] or ''}
            end
            if ARGV[5] then
              redis.call('HSET', KEYS[2], 'document', ARGV[5], 'written_epoch', ARGV[3], 'written_number', ARGV[4])
            end
            redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
            return {'ok'}
            """;

    /** Keys: lease. Arguments: owner. Deletes nobody else's lease. */
    private static final String RELEASE = """
            if redis.call('GET', KEYS[1]) == ARGV[1] then
              redis.call('DEL', KEYS[1])
            end
            return {'ok'}
            """;

    /** A document, and what came before what. */
    private record Written(long epoch, long number, String document) {
        static final Written NOTHING = new Written(0, 0, "");

        boolean isAfter(Written other) {
            return epoch != other.epoch ? epoch > other.epoch : number > other.number;
        }
    }

    private final RedisStateConfig config;
    private final LongSupplier nanos;
    private final RedisClient redis;
    private final List<String> keys;
    private final String me = Documents.me();
    private volatile String leader = "";
    private volatile long known;
    private volatile Written last = Written.NOTHING;

    RedisState(String source, RedisStateConfig config, LongSupplier nanos) {
        this.config = config;
        this.nanos = nanos;
        String name = config.prefix() + "{" + Documents.checkSource(source) + "}";
        keys = List.of(name + ":lease", name + ":term");
        Secret password = config.password();
        redis = RedisClient.builder()
                .hostAndPort(new HostAndPort(config.address().host(), config.address().port()))
                .clientConfig(DefaultJedisClientConfig.builder().connectionTimeoutMillis(TIMEOUT_MILLIS)
                        .socketTimeoutMillis(TIMEOUT_MILLIS).database(config.database())
                        .sslOptions(config.tls() ? SslOptions.defaults() : null)
                        .user(config.username()).password(password == null ? null : password.value())
                        .clientName("tocsin").build())
                .build();
    }

    @Override
    public Optional<Term> tryLead() throws IOException {
        Lease lease = new Lease(config.lease(), nanos);
        long sent = lease.now();
        // An owner is one attempt: who tries again after a lost answer waits for the lease of the attempt before.
        String owner = UUID.randomUUID().toString();
        List<String> answer = run(LEAD, keys,
                List.of(owner, me, millis(config.lease()), Long.toString(known + 1))).parts;
        if (answer.get(0).equals("held")) {
            leader = answer.get(1);
            return Optional.empty();
        }
        long epoch = Long.parseLong(answer.get(1));
        known = Math.max(known, epoch);
        leader = me;
        lease.renewed(sent);
        Written stored = new Written(Long.parseLong(answer.get(3)), Long.parseLong(answer.get(4)), answer.get(2));
        Written lost = last;
        if (!lost.isAfter(stored)) {
            last = stored;
            return Optional.of(new RedisTerm(owner, epoch, stored.document, lease));
        }
        RedisTerm term = new RedisTerm(owner, epoch, lost.document, lease);
        try {
            term.write(lost.document);
        } catch (FencedException _) {
            return Optional.empty();
        }
        return Optional.of(term);
    }

    @Override
    public String leader() {
        return leader;
    }

    @Override
    public void close() {
        redis.close();
    }

    private final class RedisTerm implements Term {
        private final String owner;
        private final long epoch;
        private final String document;
        private final Lease lease;
        private long number;
        private @Nullable FencedException fenced;

        RedisTerm(String owner, long epoch, String document, Lease lease) {
            this.owner = owner;
            this.epoch = epoch;
            this.document = document;
            this.lease = lease;
        }

        @Override
        public long epoch() {
            return epoch;
        }

        @Override
        public String document() {
            return document;
        }

        @Override
        public synchronized void write(String next) throws IOException {
            Documents.bytes(next);
            number++;
            ask(List.of(owner, millis(config.lease()), Long.toString(epoch), Long.toString(number), next));
            last = new Written(epoch, number, next);
        }

        @Override
        public synchronized void renew() throws IOException {
            ask(List.of(owner, millis(config.lease()), Long.toString(epoch)));
        }

        private void ask(List<String> arguments) throws IOException {
            if (fenced != null) {
                throw new FencedException("this term is over: " + fenced.getMessage(), fenced);
            }
            long sent = lease.now();
            Answer answer = run(WRITE, keys, arguments);
            if (answer.parts.get(0).equals("fenced")) {
                lease.end();
                leader = answer.parts.get(2);
                fenced = new FencedException(answer.parts.get(1).isEmpty()
                        ? "Redis has forgotten epoch " + epoch + "; nothing was written"
                        : "Redis is at epoch " + answer.parts.get(1) + " (" + leader + ") and this is " + epoch
                                + "; nothing was written");
                if (answer.again) {
                    throw new IOException("the connection to Redis broke, and epoch " + epoch
                            + " ended before it was back: it may have been written or not");
                }
                throw fenced;
            }
            lease.renewed(sent);
        }

        @Override
        public boolean isHeld() {
            return lease.isHeld();
        }

        @Override
        public synchronized void close() {
            lease.end();
            if (fenced != null) {
                return;
            }
            fenced = new FencedException("it was ended here");
            try {
                run(RELEASE, keys.subList(0, 1), List.of(owner));
            } catch (IOException _) {
                // The lease ends by itself.
            }
        }
    }

    /** @param again whether it was asked twice, and may have been done the first time */
    private record Answer(List<String> parts, boolean again) {
    }

    /** Each script does the same when it is done twice, so what a connection that was idle for long fails at is done again. */
    private Answer run(String script, List<String> names, List<String> arguments) throws IOException {
        try {
            try {
                return new Answer(texts(redis.eval(script, names, arguments)), false);
            } catch (JedisConnectionException _) {
                return new Answer(texts(redis.eval(script, names, arguments)), true);
            }
        } catch (JedisDataException e) {
            throw new IOException("Redis at " + config.address() + " refuses: " + e.getMessage() + hint(e), e);
        } catch (JedisException e) {
            throw new IOException("Redis at " + config.address() + " cannot be reached: " + e.getMessage(), e);
        }
    }

    private static String hint(JedisDataException e) {
        String message = String.valueOf(e.getMessage());
        if (message.startsWith("WRONGPASS") || message.startsWith("NOAUTH")) {
            return "; check username and password";
        }
        if (message.startsWith("READONLY")) {
            return "; this is a replica, and address must be that of the primary";
        }
        if (message.startsWith("OOM")) {
            return "; give it more memory: maxmemory";
        }
        return "";
    }

    private static List<String> texts(Object answer) {
        return ((List<?>) answer).stream()
                .map(part -> part instanceof byte[] bytes
                        ? new String(bytes, StandardCharsets.UTF_8)
                        : String.valueOf(part))
                .toList();
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }
}
