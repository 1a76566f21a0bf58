package dev.tocsin.web;

import dev.tocsin.node.WebConfig;
import dev.tocsin.base.Endpoint;
import dev.tocsin.config.Secret;
import dev.tocsin.event.Json;
import dev.tocsin.health.Checks;
import dev.tocsin.health.Checks.Verdict;
import dev.tocsin.event.EventId;
import dev.tocsin.log.Stream;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/** Serves the page over a fake node, to look at it: {@code FakePage [port] [empty]}, then open what it prints. */
final class FakePage {
    private static final String TOKEN = "fake-token-for-looking";

    private FakePage() {
    }

    public static void main(String[] args) {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 8099;
        boolean empty = args.length > 1;
        FakeNode node = empty ? FakeNode.empty() : FakeNode.busy();
        Checks checks = new Checks();
        checks.register("log", "disk", () -> Verdict.green("8 % of 20 GB"));
        checks.register("rules", "refused", () -> empty ? Verdict.green("") : Verdict.yellow("1 rule was refused"));
        WebServer server = new WebServer(node, checks, WebConfig.at(new Endpoint("127.0.0.1", port)),
                new Secret(TOKEN));
        System.out.println("http://" + server.start() + "/?token=" + TOKEN);
        for (int i = 20; true; i++) {
            LockSupport.parkNanos(4_000_000_000L);
            if (!empty) {
                Instant now = Instant.now();
                byte[] alert = FakeStory.alert(node, i, now);
                node.publish(Stream.ALERTS, EventId.parse(Json.read(alert).get("id").asString()), now, alert);
            }
        }
    }
}
