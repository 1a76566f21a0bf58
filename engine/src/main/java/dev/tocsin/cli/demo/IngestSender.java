package dev.tocsin.cli.demo;

import java.io.IOException;
import java.net.http.HttpClient;
import java.util.List;
import java.util.stream.Collectors;

/** JSON lines over HTTP: the answer 2xx means that the node has them. */
final class IngestSender implements Sender {
    private final HttpIntake intake;

    IngestSender(HttpClient client, Targets targets, String customer, String source) {
        this.intake = new HttpIntake(client, targets.http("/ingest/" + source), List.of("Authorization",
                "Bearer " + targets.token(customer), "Content-Type", "application/x-ndjson"));
    }

    @Override
    public void deliver(List<Message> batch) throws IOException, InterruptedException {
        intake.post(batch.stream().map(Message::text).collect(Collectors.joining("\n", "", "\n")));
    }
}
