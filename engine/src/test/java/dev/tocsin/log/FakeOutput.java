package dev.tocsin.log;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Remembers what a stage said, in order, and refuses what the contract forbids: settling an event twice. */
public final class FakeOutput implements Output {
    /**
     * One call.
     *
     * @param kind name of the method
     * @param detail stream, reason or cause, or empty
     */
    public record Said(String kind, Event event, String detail) {
        @Override
        public String toString() {
            return detail.isEmpty() ? kind : kind + " " + detail;
        }
    }

    private final List<Said> said = new ArrayList<>();
    private final Set<EventId> settled = new HashSet<>();
    private final boolean idsMayRepeat;

    public FakeOutput() {
        this(false);
    }

    /** @param idsMayRepeat whether a batch may hold two events of one id, as duplicates do */
    public FakeOutput(boolean idsMayRepeat) {
        this.idsMayRepeat = idsMayRepeat;
    }

    public List<Said> said() {
        return said;
    }

    /** Each call as {@code "pass events"}, {@code "drop noise"}, {@code "done"}. */
    public List<String> calls() {
        return said.stream().map(Said::toString).toList();
    }

    /** The events of all calls of that kind. */
    public List<Event> events(String kind) {
        return said.stream().filter(s -> s.kind().equals(kind)).map(Said::event).toList();
    }

    /** Which events were settled. */
    public Set<EventId> settled() {
        return settled;
    }

    @Override
    public void pass(Stream to, Event next) {
        settle("pass", next, to.topic());
    }

    @Override
    public void done(Event in) {
        settle("done", in, "");
    }

    @Override
    public void drop(Event in, String reason) {
        settle("drop", in, reason);
    }

    @Override
    public void dead(Event in, String cause) {
        settle("dead", in, cause);
    }

    @Override
    public void hold(Stream where, Event in, String reason) {
        settle("hold", in, reason);
    }

    @Override
    public void make(Stream to, Event made) {
        said.add(new Said("make", made, to.topic()));
    }

    @Override
    public void route(Stream to, Event made) {
        said.add(new Said("route", made, to.topic()));
    }

    @Override
    public void mark(Stream to, Event mark) {
        said.add(new Said("mark", mark, to.topic()));
    }

    @Override
    public void makeDead(Event made, String cause) {
        said.add(new Said("makeDead", made, cause));
    }

    @Override
    public void makeHeld(Stream where, Event made, String reason) {
        said.add(new Said("makeHeld", made, reason));
    }

    @Override
    public void makeDropped(Event made, String reason) {
        said.add(new Said("makeDropped", made, reason));
    }

    private void settle(String kind, Event event, String detail) {
        if (!settled.add(event.id()) && !idsMayRepeat) {
            throw new AssertionError(event.id() + " was settled twice, now by " + kind);
        }
        said.add(new Said(kind, event, detail));
    }
}
