package dev.tocsin.cli.broker;

import dev.tocsin.base.Pem;
import dev.tocsin.fabric.FabricConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Certificates: whom to trust, and by what to be known. */
final class TlsOptions {
    @Mixin
    private final AuthorityOption authority = new AuthorityOption();

    @Option(names = "--certificate", paramLabel = "FILE", description = "PEM file of the own certificate, followed by those that vouch for it.")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "PEM file of its private key: PKCS#8 without a password.")
    private @Nullable Path key;

    /** For links between nodes, which need all three; empty when none is given. */
    Optional<FabricConfig.Tls> ofNode() {
        Path ca = authority.file().orElse(null);
        if (ca == null && certificate == null && key == null) {
            return Optional.empty();
        }
        if (ca == null || certificate == null || key == null) {
            throw AuthorityOption.refused(
                    "nodes know each other by certificates: --ca, --certificate and --key are needed together");
        }
        return Optional.of(new FabricConfig.Tls(certificate, key, ca));
    }

    /** For a client or a server; null for the usual authorities and no certificate. */
    @Nullable
    SSLContext context() {
        if (certificate == null && key == null) {
            return authority.context();
        }
        if (certificate == null || key == null) {
            throw AuthorityOption.refused("--certificate and --key are needed together");
        }
        try {
            return authority.context(Pem.own(certificate, key));
        } catch (IOException | GeneralSecurityException e) {
            throw AuthorityOption.refused(String.valueOf(e.getMessage()));
        }
    }

    /** The common name in the own certificate. */
    Optional<String> name() {
        if (certificate == null) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(certificate)) {
            X509Certificate own = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            return new LdapName(own.getSubjectX500Principal().getName()).getRdns().stream().filter(part -> part
                    .getType().equalsIgnoreCase("CN")).map(part -> String.valueOf(part.getValue())).findFirst();
        } catch (IOException | GeneralSecurityException | InvalidNameException e) {
            throw AuthorityOption.refused("no name can be read from " + certificate + ": " + e.getMessage());
        }
    }
}
