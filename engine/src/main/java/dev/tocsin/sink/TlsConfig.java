package dev.tocsin.sink;

import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How a sink and its receiver know each other. The files are read anew for each connection, so that they may be renewed. */
@Doc("How the receiver and this sender know each other.")
public record TlsConfig(
        @Doc("PEM file of the authorities that vouch for the receiver; without it, those that Java knows.") @Nullable Path ca,
        @Doc("PEM file of the certificate, and what stands between it and its authority, by which this sender is known to a receiver that asks.") @Nullable Path certificate,
        @Doc("PEM file of its private key: PKCS#8 without a password.") @Nullable Path key,
        @Doc("Whether the receiver's certificate must be for the name or address to which is sent.") @Default("true") boolean verifyHostname) {
    static final TlsConfig STANDARD = new TlsConfig(null, null, null, true);

    public TlsConfig {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException((key == null
                    ? "certificate is given without key"
                    : "key is given without"
                            + " certificate")
                    + "; a sender that is to be known needs both");
        }
    }
}
