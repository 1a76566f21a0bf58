package dev.tocsin.source;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listener's side of TLS, by what Java has. Certificate and key are PEM files as every authority hands them out.
 * Files that changed are read again before the next connection; what cannot be read leaves the old certificate in use.
 * Thread-safe.
 */
public final class Tls {
    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);
    private static final List<String> KEY_KINDS = List.of("RSA", "EC", "EdDSA");

    private final TlsConfig config;
    private List<FileTime> read;
    private SSLContext context;

    /** @throws IOException naming the file and what to do */
    public Tls(TlsConfig config) throws IOException {
        this.config = config;
        read = times();
        context = load(config);
    }

    /** The TLS side of an accepted connection; the handshake is yet to come. */
    SSLSocket over(Socket accepted) throws IOException {
        SSLSocket socket = (SSLSocket) current().getSocketFactory().createSocket(accepted,
                InputStream.nullInputStream(), true);
        socket.setUseClientMode(false);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(config.protocols());
        parameters.setNeedClientAuth(config.clientCa() != null);
        socket.setSSLParameters(parameters);
        return socket;
    }

    private synchronized SSLContext current() {
        try {
            List<FileTime> now = times();
            if (!now.equals(read)) {
                read = now;
                context = load(config);
                LOG.info("{} was read again", config.certificate());
            }
        } catch (IOException e) {
            LOG.warn("the old certificate stays in use: {}", e.getMessage());
        }
        return context;
    }

    private List<FileTime> times() throws IOException {
        List<FileTime> times = new ArrayList<>();
        for (Path file : files(config)) {
            try {
                times.add(Files.getLastModifiedTime(file));
            } catch (IOException e) {
                throw new IOException("tls: cannot read " + file + " (is it there, and readable for this user?)", e);
            }
        }
        return times;
    }

    private static List<Path> files(TlsConfig config) {
        Path ca = config.clientCa();
        return ca == null
                ? List.of(config.certificate(), config.key())
                : List.of(config.certificate(), config.key(), ca);
    }

    /** @throws IOException naming the file and what to do */
    public static SSLContext load(TlsConfig config) throws IOException {
        try {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            List<Certificate> chain = certificates(config.certificate());
            PrivateKey key = key(config.key());
            if (!belongs(key, chain.getFirst())) {
                throw new IOException("tls: the key in " + config.key() + " does not belong to the certificate in "
                        + config.certificate());
            }
            keys.setKeyEntry("own", key, new char[0], chain.toArray(Certificate[]::new));
            KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            own.init(keys, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own.getKeyManagers(), trust(config.clientCa()), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("tls: " + config.certificate() + " and " + config.key() + " cannot be used: "
                    + e.getMessage(), e);
        }
    }

    /** What the key signs is good by the certificate. */
    private static boolean belongs(PrivateKey key, Certificate certificate) throws GeneralSecurityException {
        String algorithm = key.getAlgorithm();
        if (!certificate.getPublicKey().getAlgorithm().equals(algorithm)) {
            return false;
        }
        Signature signature = Signature.getInstance(switch (algorithm) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> algorithm;
        });
        byte[] some = {1, 2, 3};
        signature.initSign(key);
        signature.update(some);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(some);
        return signature.verify(signed);
    }

    private static TrustManager @Nullable [] trust(@Nullable Path clientCa)
            throws GeneralSecurityException, IOException {
        if (clientCa == null) {
            return null;
        }
        KeyStore authorities = KeyStore.getInstance("PKCS12");
        authorities.load(null, null);
        int n = 0;
        for (Certificate c : certificates(clientCa)) {
            authorities.setCertificateEntry("ca" + n++, c);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(authorities);
        return trust.getTrustManagers();
    }

    private static List<Certificate> certificates(Path file) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            List<Certificate> chain = List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
            if (chain.isEmpty()) {
                throw new IOException("tls: there is no certificate in " + file + " (BEGIN CERTIFICATE is missing)");
            }
            return chain;
        }
    }

    private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
        String pem = Files.readString(file, StandardCharsets.US_ASCII);
        String begin = "-----BEGIN PRIVATE KEY-----";
        int from = pem.indexOf(begin);
        int to = pem.indexOf("-----END PRIVATE KEY-----");
        if (from < 0 || to < from) {
            throw new IOException("tls: there is no BEGIN PRIVATE KEY in " + file
                    + "; convert it: openssl pkcs8 -topk8 -nocrypt -in old.key -out new.key");
        }
        byte[] der = Base64.getMimeDecoder().decode(pem.substring(from + begin.length(), to));
        InvalidKeySpecException last = null;
        for (String kind : KEY_KINDS) {
            try {
                return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (InvalidKeySpecException e) {
                last = e;
            }
        }
        throw Objects.requireNonNull(last);
    }
}
