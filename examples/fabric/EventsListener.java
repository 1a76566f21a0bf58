import dev.tocsin.fabric.event.Events;
import dev.tocsin.fabric.event.On;
import java.util.concurrent.CountDownLatch;

/** Handles events that others publish: each by a method of the event's name. */
public class EventsListener {
    private final CountDownLatch all = new CountDownLatch(6);

    @On
    void my_event(String message, long count) {
        System.out.println("got my_event " + message + " " + count);
        all.countDown();
    }

    @On
    void my_auto_event(String message, long count) {
        System.out.println("got my_auto_event " + message + " " + count);
        all.countDown();
    }

    public static void main(String[] args) throws Exception {
        EventsListener listener = new EventsListener();
        try (Fabric node = new Fabric("listener"); Events events = new Events(node.hub, "listener")) {
            events.handlers(listener);
            events.subscribe("bro/event/");
            node.peers.listen(Fabric.address(args));
            listener.all.await();
        }
    }
}
