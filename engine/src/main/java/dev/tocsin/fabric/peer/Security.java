package dev.tocsin.fabric.peer;

import dev.tocsin.fabric.Rights;
import java.io.IOException;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Who may be a peer. Off this machine both sides show certificates of an authority that both trust, and a node's name
 * is one of the names in its certificate, so nobody can take another's place.
 *
 * @param tls own certificate and trusted authorities, asked for at each connection; null for none, so that only
 *            addresses of this machine can be used
 * @param rights of the node with a name that its certificate confirms
 * @param local rights of whoever is a peer without a certificate, whatever it calls itself
 * @param plainEverywhere to go without TLS off this machine as well: everybody who reaches the port is a peer then
 */
public record Security(@Nullable ContextSource tls, Function<String, Rights> rights, Rights local,
        boolean plainEverywhere) {
    /** Only this machine, without certificates. */
    public static final Security LOOPBACK = new Security(null, _ -> Rights.ALL, Rights.ALL, false);

    /** Gives the TLS context, new whenever its files have changed. */
    @FunctionalInterface
    public interface ContextSource {
        SSLContext context() throws IOException;
    }

    /** Certificates on both sides; all rights to every node that has one. */
    public static Security mutual(ContextSource tls) {
        return new Security(tls, _ -> Rights.ALL, Rights.ALL, false);
    }

    public Security withRights(Function<String, Rights> byName) {
        return new Security(tls, byName, local, plainEverywhere);
    }

    public Security withLocalRights(Rights all) {
        return new Security(tls, rights, all, plainEverywhere);
    }

    /** @param name as the peer says, which counts only where a certificate confirms it */
    Rights of(String name) {
        return tls == null ? local : rights.apply(name);
    }
}
