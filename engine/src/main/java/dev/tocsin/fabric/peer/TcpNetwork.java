package dev.tocsin.fabric.peer;

import dev.tocsin.base.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** TCP, with TLS 1.3 and certificates on both sides wherever the {@link Security} has them. */
public final class TcpNetwork implements Network {
    private static final Logger LOG = LoggerFactory.getLogger(TcpNetwork.class);
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration HANDSHAKE = Duration.ofSeconds(10);
    private static final int BACKLOG = 128;

    private final Security security;

    public TcpNetwork(Security security) {
        this.security = security;
    }

    private void mayBePlain(Endpoint endpoint) throws IOException {
        if (security.tls() == null && !security.plainEverywhere() && !endpoint.isLoopback()) {
            throw new IOException(endpoint + " is not on this machine, and there is no certificate: set one, or allow"
                    + " plain connections on purpose");
        }
    }

    @Override
    public Connection connect(Endpoint to) throws IOException {
        mayBePlain(to);
        InetSocketAddress address = to.address();
        if (address.isUnresolved()) {
            throw new UnknownHostException("the name " + to.host() + " stands for no address");
        }
        Socket socket = new Socket();
        try {
            socket.connect(address, Math.toIntExact(CONNECT.toMillis()));
            return secured(socket, to, true);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private Tcp secured(Socket plain, Endpoint remote, boolean client) throws IOException {
        plain.setTcpNoDelay(true);
        plain.setKeepAlive(true);
        Security.ContextSource tls = security.tls();
        if (tls == null) {
            return new Tcp(plain, plain, remote, Set.of(), plain.getInetAddress().isLoopbackAddress());
        }
        SSLSocket socket = client
                ? (SSLSocket) tls.context().getSocketFactory().createSocket(plain, remote.host(), remote.port(), true)
                : (SSLSocket) tls.context().getSocketFactory().createSocket(plain, InputStream.nullInputStream(), true);
        socket.setUseClientMode(client);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[]{"TLSv1.3"});
        if (!client) {
            parameters.setNeedClientAuth(true);
        }
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(Math.toIntExact(HANDSHAKE.toMillis()));
        socket.startHandshake();
        return new Tcp(plain, socket, remote, names(socket.getSession().getPeerCertificates()), true);
    }

    static Set<String> names(Certificate[] chain) throws IOException {
        Set<String> names = new HashSet<>();
        X509Certificate own = (X509Certificate) chain[0];
        try {
            for (Rdn part : new LdapName(own.getSubjectX500Principal().getName()).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    names.add(String.valueOf(part.getValue()));
                }
            }
            Collection<List<?>> others = own.getSubjectAlternativeNames();
            if (others != null) {
                others.forEach(o -> names.add(String.valueOf(o.get(1))));
            }
        } catch (InvalidNameException | CertificateParsingException e) {
            throw new IOException("the certificate has no name that can be read: " + e.getMessage(), e);
        }
        return names;
    }

    @Override
    public Listening listen(Endpoint at, Consumer<Connection> accepted) throws IOException {
        mayBePlain(at);
        ServerSocket server = new ServerSocket();
        try {
            server.setReuseAddress(true);
            server.bind(at.address(), BACKLOG);
        } catch (IOException e) {
            server.close();
            throw new IOException("cannot listen at " + at + ": " + e.getMessage(), e);
        }
        Accepting accepting = new Accepting(server, new Endpoint(at.host(), server.getLocalPort()), accepted);
        Thread.ofVirtual().name("fabric-accept-" + server.getLocalPort()).start(accepting);
        return accepting;
    }

    private final class Accepting implements Listening, Runnable {
        private final ServerSocket server;
        private final Endpoint endpoint;
        private final Consumer<Connection> accepted;

        Accepting(ServerSocket server, Endpoint endpoint, Consumer<Connection> accepted) {
            this.server = server;
            this.endpoint = endpoint;
            this.accepted = accepted;
        }

        @Override
        public void run() {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    Thread.ofVirtual().name("fabric-hello").start(() -> greet(socket));
                } catch (IOException _) {
                    // Closed, or this one connection is gone already.
                    Thread.yield();
                }
            }
        }

        private void greet(Socket socket) {
            try {
                Endpoint from = new Endpoint(socket.getInetAddress().getHostAddress(), socket.getPort());
                accepted.accept(secured(socket, from, false));
            } catch (IOException e) {
                LOG.info("{} was turned away at {}: {}", socket.getInetAddress(), endpoint, e.getMessage());
                closeQuietly(socket);
            }
        }

        @Override
        public Endpoint endpoint() {
            return endpoint;
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // It is of no use any more.
        }
    }

    private record Tcp(Socket plain, Socket socket, Endpoint remote, Set<String> names,
            boolean isSecured) implements Connection {
        @Override
        public InputStream in() throws IOException {
            return socket.getInputStream();
        }

        @Override
        public OutputStream out() throws IOException {
            return socket.getOutputStream();
        }

        @Override
        public void patience(Duration most) throws IOException {
            socket.setSoTimeout(Math.toIntExact(most.toMillis()));
        }

        /** Not the farewell of TLS, which waits for a write that may hang. */
        @Override
        public void close() throws IOException {
            plain.close();
        }
    }
}
