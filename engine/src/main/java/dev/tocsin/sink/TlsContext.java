package dev.tocsin.sink;

import dev.tocsin.base.Pem;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Makes the platform's TLS context from PEM files. What cannot be used is an {@link IOException} that names the file. */
public final class TlsContext {

    private TlsContext() {
    }

    /** @throws IOException with a reason for people, when a file is missing or is not what it should be */
    public static SSLContext of(TlsConfig config) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            Path certificate = config.certificate();
            Path key = config.key();
            context.init(certificate == null || key == null ? null : Pem.own(certificate, key), trust(config), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
        }
    }

    private static TrustManager[] trust(TlsConfig config) throws IOException, GeneralSecurityException {
        Path ca = config.ca();
        TrustManager[] managers = ca == null ? known() : Pem.trust(ca);
        if (!config.verifyHostname()) {
            for (int i = 0; i < managers.length; i++) {
                if (managers[i] instanceof X509TrustManager x509) {
                    managers[i] = new AnyName(x509);
                }
            }
        }
        return managers;
    }

    /** Whom Java knows. */
    private static TrustManager[] known() throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        return factory.getTrustManagers();
    }

    /**
     * Checks who vouches for a certificate and not for which name it is. That it extends this class is what tells the
     * platform not to check the name by itself.
     */
    private static final class AnyName extends X509ExtendedTrustManager {
        private final X509TrustManager inner;

        AnyName(X509TrustManager inner) {
            this.inner = inner;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            inner.checkServerTrusted(chain, type);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
                throws CertificateException {
            inner.checkServerTrusted(chain, type);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
                throws CertificateException {
            inner.checkServerTrusted(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("this side is no server");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
                throws CertificateException {
            checkClientTrusted(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
                throws CertificateException {
            checkClientTrusted(chain, type);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return inner.getAcceptedIssuers();
        }
    }
}
