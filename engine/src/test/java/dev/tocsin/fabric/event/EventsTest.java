package dev.tocsin.fabric.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Message;
import dev.tocsin.fabric.Status;
import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.EventCall;
import dev.tocsin.fabric.data.Value;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventsTest {
    @TempDir
    private Path directory;
    private Hub hub;
    private Events here;
    private Events there;

    record Login(String user, int tries) {
    }

    @Module("Guard")
    static final class Handlers {
        final List<Object> got = new CopyOnWriteArrayList<>();

        @On
        void login(Login login, List<String> hosts, Message message) {
            got.add(login);
            got.addAll(hosts);
            got.add(message.topic());
        }

        @On("logout")
        private void left(String user) {
            got.add("left " + user);
        }
    }

    @BeforeEach
    void open() {
        hub = new Hub("node", directory);
        here = new Events(hub, "here");
        there = new Events(hub, "there");
    }

    @AfterEach
    void close() {
        here.close();
        there.close();
        hub.close();
    }

    @Test
    void plainMethodsAreCalledWithRecordsAndWhatCannotBeIsReported() {
        Handlers handlers = new Handlers();
        List<Status> statuses = new CopyOnWriteArrayList<>();
        hub.onStatus(statuses::add);
        there.handlers(handlers);
        there.subscribe("guard/");
        here.publish("guard/a", "Guard::login", new Login("eve", 3), List.of("h1", "h2"));
        here.publish("guard/a", "Guard::login", "eve");
        here.publish("guard/a", "Guard::login", "eve", 3);
        here.publish("guard/a", "login", new Login("eve", 3), List.of());
        hub.publish("guard/a", BinValues.write(Value.count(1)));
        EventCall made = Events.make("Guard::logout", "eve");
        here.publish("guard/b", made);
        here.publish("elsewhere", made);
        here.publish("guard/b", made);
        await().until(() -> handlers.got.size() == 6);
        assertThat(handlers.got).containsExactly(new Login("eve", 3), "h1", "h2", "guard/a", "left eve", "left eve");
        assertThat(there.unhandled()).isEqualTo(1);
        assertThat(there.unreadable()).isEqualTo(1);
        await().until(() -> statuses.size() == 2);
        assertThat(statuses).extracting(Status::text).anySatisfy(t -> assertThat(t).contains(
                "came with 1 arguments; login takes 2")).anySatisfy(t -> assertThat(t).contains(
                        "argument 1 of Guard::login: a string cannot be read as Login"));
    }

    @Test
    void autoPublishIsALocalCallAndARemoteOneInOne() throws Exception {
        List<String> local = new CopyOnWriteArrayList<>();
        List<String> remote = new CopyOnWriteArrayList<>();
        here.on("ping", (call, message) -> local.add(call.args() + " " + (message == null)));
        there.on("ping", (call, _) -> remote.add(call.args().toString()));
        there.subscribe("events/");
        here.raise("ping", 1L);
        here.autoPublish("events/ping", "ping");
        here.raise("ping", 2L);
        here.publish("events/ping", "ping", 3L);
        here.autoUnpublish("events/ping", "ping");
        here.raise("ping", 4L);
        await().until(() -> remote.size() == 2);
        assertThat(local).hasSize(3).allMatch(s -> s.endsWith("true"));
        assertThat(remote).containsExactly(Events.make("", 2L).args().toString(), Events.make("", 3L).args()
                .toString());
    }

    @Test
    void aForgottenNamespaceIsSaid() {
        here.handlers(new Handlers());
        assertThatThrownBy(() -> here.raise("logout", "eve")).hasMessageContaining("did you mean Guard::logout?");
        assertThatThrownBy(() -> here.handlers(new Object())).hasMessageContaining("no method with @On");
    }

    @Test
    void aRelayedEventIsPublishedByTheOneInBetween() {
        List<String> got = new CopyOnWriteArrayList<>();
        try (Events last = new Events(hub, "last")) {
            there.on("hello", (_, _) -> got.add("in between"));
            last.on("hello", (call, message) -> got.add(message.topic() + call.args()));
            there.subscribe("via/proxy-1/");
            last.subscribe("workers");
            here.relay("via/proxy-1/", "workers", "hello", "you");
            await().until(() -> !got.isEmpty());
            assertThat(got).containsExactly("workers" + Events.make("hello", "you").args());
        }
    }

    @Test
    void aHandlerThatFailsDoesNotKeepTheOthersFromIt() {
        List<String> got = new CopyOnWriteArrayList<>();
        here.on("x", (_, _) -> {
            throw new IllegalStateException("first");
        });
        here.on("x", (_, _) -> got.add("second"));
        assertThatThrownBy(() -> here.raise("x")).hasMessage("first");
        assertThat(got).containsExactly("second");
    }
}
