package dev.tocsin.fabric.ws;

import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.EventCall;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.Value.Type;
import dev.tocsin.fabric.data.Vector;
import java.util.List;

/** The script that ran behind the recorded Zeek: declares some events and answers them. */
final class ZeekScript implements EventCheck {
    private static final List<Type> ALL = List.of(Type.BOOLEAN, Type.INTEGER, Type.COUNT, Type.REAL, Type.STRING,
            Type.ADDRESS,
            Type.SUBNET, Type.PORT, Type.TIMESTAMP, Type.TIMESPAN, Type.ENUM, Type.SET, Type.TABLE, Type.SET,
            Type.VECTOR,
            Type.VECTOR);
    private final boolean stamps;

    /** @param stamps events with the network's time */
    ZeekScript(boolean stamps) {
        this.stamps = stamps;
    }

    @Override
    public boolean accepts(EventCall call) {
        List<Type> types = call.args().stream().map(Value::type).toList();
        return switch (call.name()) {
            case "ping", "pong" -> types.equals(List.of(Type.STRING, Type.COUNT));
            case "echo_all" -> types.equals(ALL) && call.args().get(10).equals(Value.enumerator("GREEN"))
                    && call.args().get(15) instanceof Vector fields && fields.size() == 3;
            case "echo_any" -> types.size() == 1;
            case "raw" -> types.equals(List.of(Type.STRING));
            default -> false;
        };
    }

    void run(Hub hub) {
        hub.subscribe(List.of("/test/in"), message -> {
            EventCall call = EventCall.from(BinValues.read(message.payload())).orElseThrow();
            EventCall answer = switch (call.name()) {
                case "ping" -> {
                    String text = ((Value.Text) call.args().get(0)).utf8();
                    long number = ((Value.Count) call.args().get(1)).value();
                    yield EventCall.of("pong", Value.of(text + " " + text), Value.count(2 * number));
                }
                case "echo_all" -> new EventCall("echoed_all", call.args(), List.of());
                default -> new EventCall("echoed_any", call.args(), List.of());
            };
            if (stamps) {
                Value now = call.networkTime().orElse(new Value.Timestamp(System.currentTimeMillis() * 1_000_000));
                answer = new EventCall(answer.name(), answer.args(),
                        List.of(new EventCall.Metadata(EventCall.NETWORK_TIME, now)));
            }
            hub.publish("/test/out", BinValues.write(answer.toValue()));
        });
    }
}
