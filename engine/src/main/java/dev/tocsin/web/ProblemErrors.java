package dev.tocsin.web;

import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** What Jetty answers when a request does not even reach us: a problem document instead of its page with a stack. */
final class ProblemErrors extends ErrorHandler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, ProblemDocument.CONTENT_TYPE)
                .put("X-Content-Type-Options", "nosniff");
        Content.Sink.write(response, true, new String(body(response.getStatus()), StandardCharsets.UTF_8), callback);
        return true;
    }

    private static byte[] body(int status) {
        return status >= 500
                ? ProblemDocument.INTERNAL.json()
                : new ProblemDocument(status, HttpStatus.getMessage(status), "the request is not valid HTTP for this "
                        + "server", "").json();
    }
}
