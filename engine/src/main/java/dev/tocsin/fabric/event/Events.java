package dev.tocsin.fabric.event;

import dev.tocsin.fabric.Client;
import dev.tocsin.fabric.Delivery;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Message;
import dev.tocsin.fabric.Published;
import dev.tocsin.fabric.Subscription;
import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.EventCall;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.Vector;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Events of one component: handles those that others publish, and publishes its own. Names are compared as they are, with
 * their namespace. Thread-safe.
 */
public final class Events implements AutoCloseable {
    private static final String RELAY = "Tocsin::relay";

    private final Client client;
    private final Map<String, List<Handler>> handlers = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> published = new ConcurrentHashMap<>();
    private final AtomicLong unhandled = new AtomicLong();
    private final AtomicLong unreadable = new AtomicLong();

    /** @param label of the component, for people */
    public Events(Hub hub, String label) {
        client = hub.client(label);
    }

    /** An event to be published more than once. @param args as {@link JavaValues} has them */
    public static EventCall make(String name, @Nullable Object... args) {
        return new EventCall(name, Arrays.stream(args).map(JavaValues::of).toList(), List.of());
    }

    /** Handles what is published under these prefixes by others. */
    public Subscription subscribe(String... prefixes) {
        return subscribe(List.of(prefixes), Delivery.DEFAULT);
    }

    /** Handles what is published under these prefixes by others. */
    public Subscription subscribe(Collection<String> prefixes, Delivery delivery) {
        return client.subscribe(prefixes, this::received, delivery);
    }

    /** Several handlers of one name are called in the order in which they came. */
    public void on(String name, Handler handler) {
        handlers.computeIfAbsent(name, _ -> new CopyOnWriteArrayList<>()).add(handler);
    }

    /**
     * Adds all methods with {@link On}, public or not.
     *
     * @throws IllegalArgumentException when there is none
     */
    public void handlers(Object object) {
        Module module = object.getClass().getAnnotation(Module.class);
        String prefix = module == null ? "" : module.value() + "::";
        boolean any = false;
        for (Method method : object.getClass().getDeclaredMethods()) {
            On on = method.getAnnotation(On.class);
            if (on != null) {
                any = true;
                on(prefix + (on.value().isEmpty() ? method.getName() : on.value()), new MethodHandler(object, method));
            }
        }
        if (!any) {
            throw new IllegalArgumentException(object.getClass().getName() + " has no method with @On");
        }
    }

    /** Publishes; handlers of this component are not called. */
    public Published publish(String topic, String name, @Nullable Object... args) {
        return publish(topic, make(name, args));
    }

    /** Publishes; handlers of this component are not called. */
    public Published publish(String topic, EventCall call) {
        return client.publish(topic, BinValues.write(call.toValue()));
    }

    /** From now on the event is published there whenever it is raised here. */
    public void autoPublish(String topic, String name) {
        published.computeIfAbsent(name, _ -> ConcurrentHashMap.newKeySet()).add(topic);
    }

    /** Ends {@link #autoPublish}. */
    public void autoUnpublish(String topic, String name) {
        published.getOrDefault(name, Set.of()).remove(topic);
    }

    /**
     * Calls the handlers of this component, then publishes to where {@link #autoPublish} says.
     *
     * @throws IllegalArgumentException when nobody handles the event here and it is published nowhere, which is most often
     *             a forgotten namespace
     * @throws Exception of the first handler that failed; the others were called and it was published
     */
    public void raise(String name, @Nullable Object... args) throws Exception {
        EventCall call = make(name, args);
        Set<String> topics = published.getOrDefault(name, Set.of());
        List<Handler> called = handlers.getOrDefault(name, List.of());
        if (topics.isEmpty() && called.isEmpty()) {
            Optional<String> meant = known().stream().filter(n -> n.endsWith("::" + name)).findFirst();
            throw new IllegalArgumentException("nothing handles the event " + name
                    + meant.map(m -> "; did you mean " + m + "?").orElse(""));
        }
        try {
            call(called, call, null);
        } finally {
            topics.forEach(t -> publish(t, call));
        }
    }

    private Set<String> known() {
        Set<String> names = new TreeSet<>(handlers.keySet());
        names.addAll(published.keySet());
        return names;
    }

    /**
     * Publishes an event to a node in between, which publishes it to another topic and does not handle it itself.
     *
     * @param via topic that the node in between has subscribed to with an {@code Events} of its own
     */
    public Published relay(String via, String topic, String name, @Nullable Object... args) {
        EventCall call = make(name, args);
        return publish(via, EventCall.of(RELAY, Value.of(topic), Value.of(name), new Vector(call.args())));
    }

    private void received(Message message) throws Exception {
        Optional<EventCall> call = EventCall.from(BinValues.read(message.payload()));
        if (call.isEmpty()) {
            unreadable.incrementAndGet();
        } else if (call.get().name().equals(RELAY)) {
            passOn(call.get());
        } else {
            List<Handler> called = handlers.getOrDefault(call.get().name(), List.of());
            if (called.isEmpty()) {
                unhandled.incrementAndGet();
            }
            call(called, call.get(), message);
        }
    }

    private void passOn(EventCall relay) {
        if (relay.args().size() == 3 && relay.args().get(0) instanceof Value.Text topic
                && relay.args().get(1) instanceof Value.Text name && relay.args().get(2) instanceof Vector args) {
            publish(topic.utf8(), new EventCall(name.utf8(), args.items(), List.of()));
        } else {
            unreadable.incrementAndGet();
        }
    }

    private static void call(List<Handler> handlers, EventCall call, @Nullable Message message) throws Exception {
        Exception first = null;
        for (Handler handler : handlers) {
            try {
                handler.handle(call, message);
            } catch (Exception e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /** Events that came and that nothing handles. */
    public long unhandled() {
        return unhandled.get();
    }

    /** Messages that came and are no events. */
    public long unreadable() {
        return unreadable.get();
    }

    /** Ends its subscriptions. */
    @Override
    public void close() {
        client.close();
    }
}
