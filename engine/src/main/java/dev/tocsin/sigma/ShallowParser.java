package dev.tocsin.sigma;

import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.ParserException;
import org.snakeyaml.engine.v2.parser.Parser;

/** Ends the parsing of YAML that is nested too deep, before the composer, which recurses without a bound, runs out of stack. */
final class ShallowParser implements Parser {
    private final Parser parser;
    private final int depthMax;
    private int depth;

    ShallowParser(Parser parser, int depthMax) {
        this.parser = parser;
        this.depthMax = depthMax;
    }

    @Override
    public Event next() {
        Event event = parser.next();
        if (event instanceof CollectionStartEvent && ++depth > depthMax) {
            throw new ParserException("nested deeper than " + depthMax, event.getStartMark());
        } else if (event instanceof CollectionEndEvent) {
            depth--;
        }
        return event;
    }

    @Override
    public boolean hasNext() {
        return parser.hasNext();
    }

    @Override
    public boolean checkEvent(Event.ID choice) {
        return parser.checkEvent(choice);
    }

    @Override
    public Event peekEvent() {
        return parser.peekEvent();
    }
}
