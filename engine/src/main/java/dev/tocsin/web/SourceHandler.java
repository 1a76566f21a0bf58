package dev.tocsin.web;

import dev.tocsin.source.HttpIntake;

/** Hands the requests of an {@link IntakeServer} to an HTTP source. */
public record SourceHandler(HttpIntake intake) implements IntakeServer.Handler {
    @Override
    public IntakeServer.Response handle(IntakeServer.Request request) {
        HttpIntake.Response answer = intake.handle(new HttpIntake.Request(request.method(), request.path(),
                request.query(), request.headers(), request.body(), request.peer()));
        return new IntakeServer.Response(answer.status(), answer.contentType(), answer.body(), answer.headers(),
                answer.sent());
    }
}
