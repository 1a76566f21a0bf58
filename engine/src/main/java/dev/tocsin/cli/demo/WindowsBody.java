package dev.tocsin.cli.demo;

import dev.tocsin.event.Json;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A record of the Windows event log in one of the shapes in which collectors send it.
 *
 * @param data EventData, all values text as in the log itself
 */
record WindowsBody(Shape shape, String channel, String provider, int eventId, Phrase computer,
        Map<String, Phrase> data) implements Body {
    private static final String NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event";

    enum Shape {
        /** One flat object with System and EventData side by side, as many forwarders and data sets have it. */
        FLAT,
        /** Elastic's Winlogbeat: {@code winlog.event_data.*}. */
        WINLOGBEAT,
        /** NXLog's im_msvistalog, written as JSON. */
        NXLOG,
        /** The XML of the event log itself, as Splunk's forwarder sends it with renderXml. */
        XML
    }

    static WindowsBody read(Section section, Phrase.Scope scope) {
        section.only(Set.of("shape", "channel", "provider", "event_id", "computer", "data"));
        Map<String, Phrase> data = new LinkedHashMap<>();
        section.section("data").entries()
                .forEach((k, v) -> data.put(k, Phrase.parse(String.valueOf(v), scope)));
        return new WindowsBody(shape(section), section.text("channel"), section.text("provider"),
                section.number("event_id", 0), Phrase.parse(section.text("computer"), scope), data);
    }

    @Override
    public JsonNode render(Cast cast) {
        return switch (shape) {
            case FLAT -> flat(cast);
            case WINLOGBEAT -> winlogbeat(cast);
            case NXLOG -> nxlog(cast);
            case XML -> JsonNodeFactory.instance.stringNode(xml(cast));
        };
    }

    private JsonNode flat(Cast cast) {
        ObjectNode event = Json.object();
        event.put("Provider_Name", provider).put("EventID", eventId).put("Channel", channel)
                .put("Computer", computer.render(cast)).put("EventRecordID", recordId(cast)).put("Level", 4)
                .put("SystemTime", time(TimeForm.ISO, cast));
        data.forEach((name, phrase) -> event.put(name, phrase.render(cast)));
        return event;
    }

    private JsonNode winlogbeat(Cast cast) {
        ObjectNode event = Json.object();
        String host = computer.render(cast);
        event.put("@timestamp", time(TimeForm.ISO, cast));
        event.putObject("agent").put("type", "winlogbeat").put("version", "9.2.0");
        event.putObject("event").put("kind", "event").put("code", Integer.toString(eventId)).put("provider", provider);
        event.putObject("host").put("name", host);
        event.putObject("log").put("level", "information");
        ObjectNode winlog = event.putObject("winlog");
        winlog.put("api", "wineventlog").put("channel", channel).put("provider_name", provider)
                .put("event_id", Integer.toString(eventId)).put("computer_name", host)
                .put("record_id", recordId(cast));
        ObjectNode values = winlog.putObject("event_data");
        data.forEach((name, phrase) -> values.put(name, phrase.render(cast)));
        return event;
    }

    private JsonNode nxlog(Cast cast) {
        ObjectNode event = Json.object();
        event.put("EventTime", time(TimeForm.LOCAL, cast)).put("Hostname", computer.render(cast))
                .put("EventType", isAudit() ? "AUDIT_SUCCESS" : "INFO").put("SeverityValue", 2)
                .put("Severity", "INFO").put("EventID", eventId).put("SourceName", provider)
                .put("RecordNumber", recordId(cast)).put("Channel", channel);
        data.forEach((name, phrase) -> event.put(name, phrase.render(cast)));
        event.put("EventReceivedTime", time(TimeForm.LOCAL, cast)).put("SourceModuleName", "eventlog")
                .put("SourceModuleType", "im_msvistalog");
        return event;
    }

    private String xml(Cast cast) {
        StringBuilder values = new StringBuilder();
        data.forEach((name, phrase) -> values.append("<Data Name='").append(name).append("'>")
                .append(escape(phrase.render(cast))).append("</Data>"));
        return "<Event xmlns='" + NAMESPACE + "'><System><Provider Name='" + escape(provider) + "'/><EventID>" + eventId
                + "</EventID><Version>5</Version><Level>4</Level><Task>" + eventId
                + "</Task><Opcode>0</Opcode><Keywords>"
                + (isAudit() ? "0x8020000000000000" : "0x8000000000000000") + "</Keywords><TimeCreated SystemTime='"
                + time(TimeForm.ISO, cast) + "'/><EventRecordID>" + recordId(cast)
                + "</EventRecordID><Correlation/><Execution ProcessID='2712' ThreadID='3804'/><Channel>"
                + escape(channel) + "</Channel><Computer>" + escape(computer.render(cast))
                + "</Computer><Security UserID='S-1-5-18'/></System><EventData>" + values + "</EventData></Event>";
    }

    private boolean isAudit() {
        return channel.equals("Security");
    }

    private static long recordId(Cast cast) {
        return cast.random().nextLong(100_000, 90_000_000);
    }

    private static String time(TimeForm form, Cast cast) {
        return form.write(cast.now(), cast.zone());
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&apos;");
    }

    private static Shape shape(Section section) {
        String text = section.text("shape");
        for (Shape shape : Shape.values()) {
            if (shape.name().toLowerCase(Locale.ROOT).equals(text)) {
                return shape;
            }
        }
        throw new ScenarioException(section.where(),
                "unknown shape \"" + text + "\"; known: flat, winlogbeat, nxlog, xml");
    }
}
