package dev.tocsin.web;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From Jetty's words to those of the intake and back. Called by a virtual thread for each request. */
final class IntakeBridge extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(IntakeBridge.class);

    private final IntakeServer.Handler handler;
    private final Duration bodyMax;

    IntakeBridge(IntakeServer.Handler handler, Duration bodyMax) {
        this.handler = handler;
        this.bodyMax = bodyMax;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        IntakeServer.Response answer = answer(request);
        response.setStatus(answer.status());
        if (!answer.contentType().isEmpty()) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.contentType());
        }
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        IntakeServer.Stream stream = answer.stream();
        if (stream == null) {
            response.write(true, ByteBuffer.wrap(answer.body()), thenSent(callback, answer.sent()));
        } else {
            write(stream, response, thenSent(callback, answer.sent()));
        }
        return true;
    }

    private static void write(IntakeServer.Stream stream, Response response, Callback callback) {
        try {
            OutputStream out = Content.Sink.asOutputStream(response);
            stream.writeTo(out);
            out.close();
        } catch (IOException | RuntimeException e) {
            // Not closed: a body that ends here must not look whole.
            callback.failed(e);
            return;
        }
        callback.succeeded();
    }

    private IntakeServer.Response answer(Request request) {
        String path = Request.getPathInContext(request);
        try {
            return handler.handle(new IntakeServer.Request(request.getMethod(), path, query(request),
                    name -> request.getHeaders().get(name), new PatientBody(Request.asInputStream(request), bodyMax),
                    Request.getRemoteAddr(request)));
        } catch (PatientBody.Broken e) {
            return problem(new ProblemDocument(408, "Request timeout", "the body did not come to its end in time",
                    "send smaller batches"));
        } catch (Exception e) {
            LOG.error("{} {} failed", request.getMethod(), path, e);
            return problem(ProblemDocument.INTERNAL);
        }
    }

    /** What is left of the body is not worth reading: the connection ends with the answer. */
    private static IntakeServer.Response problem(ProblemDocument problem) {
        return new IntakeServer.Response(problem.status(), ProblemDocument.CONTENT_TYPE, problem.json(),
                Map.of("Connection", "close"), () -> {
                });
    }

    private static Callback thenSent(Callback callback, Runnable sent) {
        return new Callback.Nested(callback) {
            @Override
            public void succeeded() {
                try {
                    sent.run();
                } catch (RuntimeException e) {
                    // The sender has its answer; what goes wrong after it cannot be said to it any more.
                    LOG.error("an answer was sent, but could not be booked as sent", e);
                } finally {
                    super.succeeded();
                }
            }
        };
    }

    private static String query(Request request) {
        String query = request.getHttpURI().getQuery();
        return query == null ? "" : query;
    }
}
