package dev.tocsin.fabric.ws;

import dev.tocsin.fabric.Rights;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.Configuration;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.core.server.WebSocketNegotiator;
import org.jspecify.annotations.Nullable;

/** From an HTTP request to a connection: paths, the application's name, rights; and answers to what is no upgrade. */
final class WsUpgrade implements WebSocketNegotiator {
    private static final int FRAME_BYTES = 64 * 1024;

    private final WsConfig config;
    private final Connections connections;

    /** Makes the connection for an accepted upgrade. */
    @FunctionalInterface
    interface Connections {
        WsConnection of(Rights rights, WsSession.@Nullable Refusal refusal);
    }

    WsUpgrade(WsConfig config, Connections connections) {
        this.config = config;
        this.connections = connections;
    }

    /** Lets through what may be upgraded. */
    Handler gate(Handler inner) {
        return new Handler.Wrapper(inner) {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                boolean path = isPath(request) || config.dialect().upgradesEveryPath();
                if (path && request.getMethod().equals("GET")) {
                    return super.handle(request, response, callback);
                }
                String why = path ? "Expected a WebSocket handshake." : Dialect.BAD_URI;
                answer(response, callback, HttpStatus.BAD_REQUEST_400, why);
                return true;
            }
        };
    }

    /** Answers what is no upgrade. */
    Handler plain() {
        return new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                answer(response, callback, HttpStatus.BAD_REQUEST_400,
                        "Mandatory field Sec-WebSocket-Key missing or invalid.");
                return true;
            }
        };
    }

    private boolean isPath(Request request) {
        return config.dialect().isPath(request.getHttpURI().getPath(), request.getHttpURI().getQuery());
    }

    private static void answer(Response response, Callback callback, int status, String text) {
        byte[] body = text.getBytes(StandardCharsets.US_ASCII);
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, BufferUtil.toBuffer(body), callback);
    }

    @Override
    public @Nullable FrameHandler negotiate(ServerUpgradeRequest request, ServerUpgradeResponse response,
            Callback callback) {
        Optional<Rights> rights = config.admission().admit(caller(request));
        if (rights.isEmpty()) {
            answer(response, callback, HttpStatus.FORBIDDEN_403, "Not admitted.");
            return null;
        }
        response.setExtensions(List.of());
        String name = request.getHeaders().get("X-Application-Name");
        WsSession.Refusal refusal = null;
        if (!isPath(request)) {
            refusal = new WsSession.Refusal("invalid_uri", Dialect.BAD_URI);
        } else if (name != null && !config.dialect().isName(name)) {
            refusal = new WsSession.Refusal("invalid_application_name", Dialect.BAD_NAME);
        }
        return connections.of(rights.get(), refusal);
    }

    private static Admission.Caller caller(Request request) {
        String address = request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress inet
                ? inet.getAddress().getHostAddress()
                : "";
        String subject = null;
        if (request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE) instanceof EndPoint.SslSessionData tls) {
            X509Certificate[] chain = tls.peerCertificates();
            subject = chain == null || chain.length == 0 ? null : chain[0].getSubjectX500Principal().getName();
        }
        return new Admission.Caller(address, subject, header -> request.getHeaders().get(header));
    }

    @Override
    public void customize(Configuration configuration) {
        configuration.setMaxFrameSize(FRAME_BYTES);
        configuration.setAutoFragment(true);
        configuration.setOutputBufferSize(FRAME_BYTES);
        configuration.setInputBufferSize(FRAME_BYTES);
    }
}
