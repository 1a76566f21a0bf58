package dev.tocsin.source;

import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How a listener speaks TLS; see {@link Tls}. */
@Doc("TLS for a listener. The files are read again when they change, so a certificate can be renewed without a restart.")
public record TlsConfig(
        @Doc("PEM file with the listener's certificate, followed by those that vouch for it.") Path certificate,
        @Doc("PEM file with its private key, in the format PKCS#8 (BEGIN PRIVATE KEY), without a password.") Path key,
        @Doc("PEM file with certificate authorities; only senders with a certificate of one of them are let in. Left out, any sender is.") @Nullable Path clientCa,
        @Doc("The oldest version that is spoken: 1.2 or 1.3.") @Default("1.2") String minVersion) {

    public TlsConfig {
        if (!minVersion.equals("1.2") && !minVersion.equals("1.3")) {
            throw new IllegalArgumentException("min_version is 1.2 or 1.3, not " + minVersion);
        }
    }

    /** The protocol names of Java. */
    public String[] protocols() {
        return minVersion.equals("1.3") ? new String[]{"TLSv1.3"} : new String[]{"TLSv1.3", "TLSv1.2"};
    }
}
