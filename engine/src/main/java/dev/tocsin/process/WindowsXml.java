package dev.tocsin.process;

import dev.tocsin.event.Json;
import java.io.StringReader;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * A Windows event as XML, {@code <Event><System>…</System><EventData>…}, also as Sysmon for Linux writes it to syslog.
 *
 * <p>The reader knows no document type and no external entity, so that a document can neither read files nor expand
 * without bound; a document that brings a DTD is refused.
 */
final class WindowsXml {
    private static final int DEPTH_MAX = 32;
    private static final String HINT = "send one complete <Event>…</Event> per message";
    private static final XMLInputFactory FACTORY = factory();

    private final WindowsFields fields = new WindowsFields(Json.object());
    private final Deque<String> path = new ArrayDeque<>();
    private final StringBuilder content = new StringBuilder();
    private @Nullable String dataName;
    private boolean leaf;

    private WindowsXml() {
    }

    static boolean looksLike(String text) {
        return text.startsWith("<Event ") || text.startsWith("<Event>") || text.startsWith("<?xml");
    }

    /** @throws MalformedException with line and column, when it is not one well-formed Windows event */
    static Parsed parse(String text, Instant arrival) {
        WindowsXml event = new WindowsXml();
        try {
            XMLStreamReader reader = FACTORY.createXMLStreamReader(new StringReader(text));
            try {
                event.read(reader);
            } finally {
                reader.close();
            }
        } catch (XMLStreamException e) {
            String where = e.getLocation() == null
                    ? ""
                    : " at line " + e.getLocation().getLineNumber() + " column " + e.getLocation().getColumnNumber();
            throw new MalformedException("Windows XML" + where + ": " + lastLine(e.getMessage()) + "; " + HINT);
        }
        return event.fields.parsed(arrival);
    }

    private void read(XMLStreamReader reader) throws XMLStreamException {
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> start(reader);
                case XMLStreamConstants.END_ELEMENT -> end();
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> content.append(reader.getText());
                case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
                    throw new XMLStreamException("document types and entities are not accepted", reader.getLocation());
                default -> {
                    // Comments, processing instructions and the end of the document say nothing about the event.
                }
            }
        }
    }

    private void start(XMLStreamReader reader) throws XMLStreamException {
        String name = reader.getLocalName();
        if (path.isEmpty() && !name.equals("Event")) {
            throw new XMLStreamException("the root element is " + name + ", not Event", reader.getLocation());
        }
        if (path.size() >= DEPTH_MAX) {
            throw new XMLStreamException("elements are nested deeper than " + DEPTH_MAX, reader.getLocation());
        }
        path.addLast(name);
        content.setLength(0);
        leaf = true;
        dataName = reader.getAttributeValue(null, "Name");
        if (path.size() == 3 && section().equals("System")) {
            for (int i = 0; i < reader.getAttributeCount(); i++) {
                fields.systemAttribute(name, reader.getAttributeLocalName(i), reader.getAttributeValue(i));
            }
        }
    }

    private void end() {
        String name = path.removeLast();
        if (leaf && path.size() >= 2) {
            String value = content.toString();
            String section = section();
            switch (section) {
                case "System" -> fields.system(name, value.strip());
                case "EventData" -> {
                    if (name.equals("Data")) {
                        fields.data(section, dataName, value);
                    } else {
                        fields.data(section, name, value);
                    }
                }
                case "RenderingInfo" -> {
                    if (name.equals("Message")) {
                        fields.data(section, name, value);
                    }
                }
                default -> fields.data(section, dataName != null ? dataName : name, value);
            }
        }
        leaf = false;
        content.setLength(0);
    }

    /** The child of Event that the reader is in. */
    private String section() {
        var names = path.iterator();
        names.next();
        return names.hasNext() ? names.next() : "";
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory;
    }

    /** The JDK's messages begin with the place, which is said already. */
    private static String lastLine(@Nullable String message) {
        if (message == null) {
            return "not well-formed";
        }
        String line = message.substring(message.lastIndexOf('\n') + 1);
        String prefix = "message: ";
        return line.toLowerCase(Locale.ROOT).startsWith(prefix) ? line.substring(prefix.length()) : line;
    }
}
