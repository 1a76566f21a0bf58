package dev.tocsin.index;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.log.Output;
import dev.tocsin.log.Stream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An {@link Output} that remembers what the index said; the index never says anything else. */
final class CountingOutput implements Output {
    final List<EventId> done = new ArrayList<>();
    final Map<EventId, String> dead = new HashMap<>();

    @Override
    public void done(Event in) {
        done.add(in.id());
    }

    @Override
    public void dead(Event in, String cause) {
        dead.put(in.id(), cause);
    }

    @Override
    public void pass(Stream to, Event next) {
        throw new AssertionError("the index passes nothing on");
    }

    @Override
    public void drop(Event in, String reason) {
        throw new AssertionError("the index drops nothing");
    }

    @Override
    public void hold(Stream where, Event in, String reason) {
        throw new AssertionError("the index holds nothing");
    }

    @Override
    public void make(Stream to, Event made) {
        throw new AssertionError("the index makes nothing");
    }

    @Override
    public void route(Stream to, Event made) {
        throw new AssertionError("the index makes nothing");
    }

    @Override
    public void mark(Stream to, Event mark) {
        throw new AssertionError("the index makes nothing");
    }

    @Override
    public void makeDead(Event made, String cause) {
        throw new AssertionError("the index makes nothing");
    }

    @Override
    public void makeHeld(Stream where, Event made, String reason) {
        throw new AssertionError("the index makes nothing");
    }

    @Override
    public void makeDropped(Event made, String reason) {
        throw new AssertionError("the index makes nothing");
    }
}
