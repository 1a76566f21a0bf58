package dev.tocsin.cli.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/** Posts to the node's intake port and says plainly what went wrong. */
record HttpIntake(HttpClient client, URI address, List<String> headers) {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(20);

    /** @throws IOException when there is no answer, or one that is not 2xx */
    String post(URI to, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(to).timeout(ANSWER_MAX).headers(headers.toArray(String[]::new))
                .POST(HttpRequest.BodyPublishers.ofString(body)).build();
        HttpResponse<String> answer;
        try {
            answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IOException("POST " + to + ": " + (e.getMessage() == null ? "no connection" : e.getMessage()), e);
        }
        if (answer.statusCode() / 100 != 2) {
            throw new IOException("POST " + to + ": " + answer.statusCode() + " " + answer.body().strip());
        }
        return answer.body();
    }

    String post(String body) throws IOException, InterruptedException {
        return post(address, body);
    }
}
