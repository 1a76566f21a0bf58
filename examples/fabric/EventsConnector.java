import dev.tocsin.fabric.data.EventCall;
import dev.tocsin.fabric.event.Events;
import dev.tocsin.fabric.event.On;

/** Publishes events: directly, made before, and automatically whenever one is raised here. */
public class EventsConnector {
    @On
    void my_auto_event(String message, long count) {
        System.out.println("raised my_auto_event " + message + " " + count);
    }

    public static void main(String[] args) throws Exception {
        try (Fabric node = new Fabric("connector"); Events events = new Events(node.hub, "connector")) {
            events.handlers(new EventsConnector());
            node.peers.peer(Fabric.address(args));
            node.awaitWanted("bro/event/my_event");

            // Own handlers are not called for what is published.
            events.publish("bro/event/my_event", "my_event", "hi", 0L);
            EventCall made = Events.make("my_event", "made once", 1L);
            events.publish("bro/event/my_event", made);
            events.publish("bro/event/my_event", made);
            events.publish("bro/event/my_event", "my_event", "bye", 2L);

            // Own handlers are called for what is raised, and it is published as well.
            events.autoPublish("bro/event/my_auto_event", "my_auto_event");
            events.raise("my_auto_event", "stuff", 88L);
            events.raise("my_auto_event", "more stuff", 51L);
            // What was published is on its way; this process must not end before it has arrived.
            Thread.sleep(1000);
        }
    }
}
