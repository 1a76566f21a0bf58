package dev.tocsin.fabric.ws;

import dev.tocsin.fabric.data.EventCall;

/** Says whether an event is declared, with as many arguments of these types. Only {@link Dialect#ZEEK} asks. */
@FunctionalInterface
public interface EventCheck {
    EventCheck ALL = _ -> true;

    boolean accepts(EventCall call);
}
