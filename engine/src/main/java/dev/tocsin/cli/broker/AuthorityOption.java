package dev.tocsin.cli.broker;

import dev.tocsin.base.Pem;
import dev.tocsin.cli.Exit;
import dev.tocsin.cli.Failure;
import dev.tocsin.config.ProblemCode;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whom to trust where TLS is spoken. */
final class AuthorityOption {
    @Option(names = "--ca", paramLabel = "FILE", description = "PEM file of the authorities that vouch for the other side (default: those of Java).")
    private @Nullable Path file;

    Optional<Path> file() {
        return Optional.ofNullable(file);
    }

    /** Null for the usual authorities. */
    @Nullable
    SSLContext context() {
        return file == null ? null : context(null);
    }

    /** @param own by what this side is known, null for nothing */
    SSLContext context(KeyManager @Nullable [] own) {
        try {
            TrustManager[] trust = file == null ? null : Pem.trust(file);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own, trust, null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
    }

    static Failure refused(String what) {
        return new Failure(Exit.USAGE, ProblemCode.REFUSED.problem("", what,
                "`openssl x509 -in FILE -text` shows a certificate, `openssl pkey -in FILE -text` a key"));
    }
}
