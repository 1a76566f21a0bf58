package dev.tocsin.sink;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates for tests: each is its own authority. Made by the platform's keytool. */
record Pems(Path certificate, Path key, KeyStore store) {
    private static final char[] PASSWORD = "secret".toCharArray();

    /** @param names as in {@code dns:localhost,ip:127.0.0.1} */
    static Pems make(Path directory, String name, String names) throws Exception {
        Path file = directory.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", name, "-keyalg", "RSA", "-validity", "2", "-dname", "CN=" + name, "-ext",
                "san=" + names, "-ext", "bc:c", "-keystore", file.toString(), "-storetype", "PKCS12", "-storepass",
                new String(PASSWORD)).redirectErrorStream(true).start();
        keytool.getOutputStream().close();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new IOException("keytool: " + said);
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        return new Pems(
                pem(directory.resolve(name + ".crt"), "CERTIFICATE", store.getCertificate(name).getEncoded()),
                pem(directory.resolve(name + ".key"), "PRIVATE KEY", store.getKey(name, PASSWORD).getEncoded()),
                store);
    }

    private static Path pem(Path file, String what, byte[] der) throws IOException {
        return Files.writeString(file, "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(der) + "\n-----END " + what + "-----\n");
    }

    /** A server of that certificate, which takes clients that show one of {@code trusted}. */
    SSLContext server(KeyStore trusted) throws GeneralSecurityException {
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(store, PASSWORD);
        KeyStore others = KeyStore.getInstance("PKCS12");
        try {
            others.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
        for (String alias : java.util.Collections.list(trusted.aliases())) {
            others.setCertificateEntry(alias, trusted.getCertificate(alias));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(others);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
