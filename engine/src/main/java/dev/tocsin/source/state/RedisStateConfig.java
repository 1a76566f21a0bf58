package dev.tocsin.source.state;

import dev.tocsin.base.Endpoint;
import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.Secret;
import dev.tocsin.config.Tag;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Settings of {@link RedisState}. */
@Tag("redis")
@Doc("In a Redis, 5 or newer, that all connectors reach. Turn on its persistence: what it forgets is collected again.")
public record RedisStateConfig(@Doc("Where Redis is.") @Default("127.0.0.1:6379") Endpoint address,
        @Doc("Who to be there, where Redis has users.") @Nullable String username,
        @Doc("The password.") @Nullable Secret password,
        @Doc("The number of the database.") @Default("0") int database,
        @Doc("Talk TLS.") @Default("false") boolean tls,
        @Doc("What the names of all keys begin with; the same for all connectors that stand by for each other.") @Default("'tocsin:'") String prefix,
        @Doc("How long a leader that says nothing is waited for.") @Default("5s") Duration lease)
        implements
            StateConfig {
    public RedisStateConfig {
        StateConfig.check(lease);
        if (database < 0) {
            throw new IllegalArgumentException("database is a number from 0");
        }
        if (address.port() == 0) {
            throw new IllegalArgumentException("address needs the port of Redis, usually 6379");
        }
        if (username != null && password == null) {
            throw new IllegalArgumentException("username needs a password");
        }
        if (prefix.indexOf('{') >= 0 || prefix.indexOf('}') >= 0) {
            throw new IllegalArgumentException("prefix must be without braces: in a cluster they say where a key is");
        }
    }
}
