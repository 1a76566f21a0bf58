package dev.tocsin.fabric.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An authority and certificates for nodes, made by the JDK's keytool. */
public final class NodeCertificates {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final Path store;

    public NodeCertificates(Path store, String... nodes) throws IOException, InterruptedException {
        this.store = store;
        keytool("authority", "-ext", "bc:c");
        for (String node : nodes) {
            keytool(node, "-signer", "authority");
        }
    }

    private void keytool(String alias, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool")
                .toString(), "-genkeypair", "-alias", alias, "-keyalg", "EC", "-groupname", "secp256r1", "-dname",
                "CN="
                        + alias,
                "-validity", "3", "-storetype", "PKCS12", "-storepass", new String(PASSWORD),
                "-keystore", store.toString()));
        command.addAll(List.of(more));
        Path log = Path.of(store + ".log");
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        if (keytool.waitFor() != 0) {
            throw new IOException(Files.readString(log));
        }
    }

    /** Shows the certificate of a node, and trusts the authority alone. */
    public SSLContext context(String node) throws IOException {
        try {
            KeyStore all = KeyStore.getInstance(store.toFile(), PASSWORD);
            KeyStore own = empty();
            own.setKeyEntry("own", all.getKey(node, PASSWORD), PASSWORD, all.getCertificateChain(node));
            KeyStore trusted = empty();
            trusted.setCertificateEntry("authority", all.getCertificate("authority"));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, PASSWORD);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** Files as people have them. */
    public record Pem(Path certificate, Path key, Path ca) {
    }

    /** The certificate of a node, its key, and the authority. */
    public Pem pem(String node, Path directory) throws IOException {
        try {
            KeyStore all = KeyStore.getInstance(store.toFile(), PASSWORD);
            return new Pem(
                    write(directory.resolve(node + ".pem"), "CERTIFICATE", all.getCertificate(node).getEncoded()),
                    write(directory.resolve(node + ".key"), "PRIVATE KEY", all.getKey(node, PASSWORD).getEncoded()),
                    write(directory.resolve("ca.pem"), "CERTIFICATE", all.getCertificate("authority").getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static Path write(Path file, String what, byte[] der) throws IOException {
        return Files.writeString(file, "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder().encodeToString(der)
                + "\n-----END " + what + "-----\n");
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
