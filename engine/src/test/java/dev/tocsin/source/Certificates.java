package dev.tocsin.source;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates for tests, made by the JDK's keytool, each with an authority of its own. */
public final class Certificates {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final Path directory;

    public Certificates(Path directory) {
        this.directory = directory;
    }

    /** Writes {@code <name>.pem}, {@code <name>.key}, and {@code <name>-ca.pem} of the authority that vouches for it. */
    public void make(String name) throws IOException, InterruptedException, GeneralSecurityException {
        Path store = directory.resolve(name + ".p12");
        Files.deleteIfExists(store);
        keytool(store, "ca", "CN=authority of " + name, "-ext", "bc:c");
        keytool(store, "own", "CN=" + name, "-ext", "SAN=IP:127.0.0.1,DNS:localhost", "-signer", "ca");
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
        write(certificate(name), "CERTIFICATE", keys.getCertificate("own").getEncoded());
        write(authority(name), "CERTIFICATE", keys.getCertificate("ca").getEncoded());
        write(key(name), "PRIVATE KEY", keys.getKey("own", PASSWORD).getEncoded());
        keys.deleteEntry("ca");
        try (OutputStream out = Files.newOutputStream(store)) {
            keys.store(out, PASSWORD);
        }
    }

    private void keytool(Path store, String alias, String subject, String... more)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool")
                .toString(), "-genkeypair", "-alias", alias, "-keyalg", "RSA", "-keysize", "2048", "-dname", subject,
                "-validity", "3", "-storetype", "PKCS12", "-storepass", new String(PASSWORD), "-keystore",
                store.toString()));
        command.addAll(List.of(more));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(directory.resolve("keytool.log").toFile()).start();
        if (keytool.waitFor() != 0) {
            throw new IOException(Files.readString(directory.resolve("keytool.log")));
        }
    }

    private static void write(Path file, String what, byte[] der) throws IOException {
        Files.writeString(file, "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder().encodeToString(der)
                + "\n-----END " + what + "-----\n");
    }

    public Path certificate(String name) {
        return directory.resolve(name + ".pem");
    }

    public Path authority(String name) {
        return directory.resolve(name + "-ca.pem");
    }

    public Path key(String name) {
        return directory.resolve(name + ".key");
    }

    /** A client that trusts the one, and shows the other if that is not empty. */
    public SSLContext client(String trusted, String own) throws IOException, GeneralSecurityException {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        Certificate server = KeyStore.getInstance(directory.resolve(trusted + ".p12").toFile(), PASSWORD)
                .getCertificateChain("own")[1];
        trust.setCertificateEntry("server", server);
        TrustManagerFactory trusts = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusts.init(trust);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        if (!own.isEmpty()) {
            keys.init(KeyStore.getInstance(directory.resolve(own + ".p12").toFile(), PASSWORD), PASSWORD);
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.isEmpty() ? null : keys.getKeyManagers(), trusts.getTrustManagers(), null);
        return context;
    }
}
