import dev.tocsin.fabric.event.Events;
import dev.tocsin.fabric.event.Module;
import dev.tocsin.fabric.event.On;

/** Events have the namespace of the class that handles them, and are raised and published with it. */
@Module("MyModule")
public class Namespaces {
    @On
    void my_event() {
        System.out.println("got my event");
    }

    public static void main(String[] args) throws Exception {
        try (Fabric node = new Fabric("one"); Events events = new Events(node.hub, "one")) {
            events.handlers(new Namespaces());
            try {
                events.raise("my_event");
            } catch (IllegalArgumentException e) {
                System.out.println(e.getMessage());
            }
            events.raise("MyModule::my_event");
        }
    }
}
