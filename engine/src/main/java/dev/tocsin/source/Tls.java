package dev.tocsin.source;

import dev.tocsin.base.Pem;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listener's side of TLS, by what Java has. Certificate and key are PEM files as every authority hands them out.
 * Files that changed are read again before the next connection; what cannot be read leaves the old certificate in use.
 * Thread-safe.
 */
public final class Tls {
    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);

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
                throw new IOException("cannot read " + file + " (is it there, and readable for this user?)", e);
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
            Path ca = config.clientCa();
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(Pem.own(config.certificate(), config.key()), ca == null ? null : Pem.trust(ca), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(config.certificate() + " and " + config.key() + " cannot be used: " + e.getMessage(),
                    e);
        }
    }
}
