package dev.tocsin.process;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * From an intake event to what becomes of it. A pure function, which never throws; may be used by any thread.
 *
 * <p>What kind of log an event is from is said by, in this order: the event itself in {@code _logsource} (unless that is
 * switched off), the hint in the source's configuration, the tables.
 */
public final class Processor {
    private final LogSourceClassifier classifier;
    private final boolean trustLogSource;
    private final EcsTables tables = new EcsTables();

    /** @param trustLogSource whether an event's own {@code _logsource} wins; false when senders are not trusted */
    public Processor(LogSourceClassifier classifier, boolean trustLogSource) {
        this.classifier = classifier;
        this.trustLogSource = trustLogSource;
    }

    /** @throws TableException when a table that the configuration names cannot be used */
    public static Processor of(ProcessConfig config) {
        return new Processor(LogSourceClassifier.of(config.logsources()), config.trustLogsource());
    }

    /**
     * @param intake an event of the stream intake
     * @return exactly one outcome that is no child; for a batch record its children too
     */
    public List<Outcome> process(Event intake) {
        try {
            Intake in = Intake.read(intake.json(), intake.time());
            String text = in.text().strip();
            if (!text.isEmpty() && text.charAt(0) == '\uFEFF') {
                text = text.substring(1).stripLeading();
            }
            if (text.isEmpty()) {
                throw new MalformedException("the message is empty; check what the sender means to say");
            }
            ArrayNode records = records(in, text);
            return records == null ? List.of(single(intake, in, text)) : unrolled(intake, in, records);
        } catch (MalformedException e) {
            return List.of(new Outcome.Dead(intake, String.valueOf(e.getMessage()), false));
        } catch (RuntimeException e) {
            return List.of(new Outcome.Dead(intake, defect(e), false));
        }
    }

    private Outcome single(Event intake, Intake in, String text) {
        return new Outcome.Passed(finish(intake, in, in.text(), Parsing.parse(in, text)), false);
    }

    /** The records of a CloudTrail batch, found only where it is cheap to look for them. */
    private static @Nullable ArrayNode records(Intake in, String text) {
        boolean possible = (in.format() == Format.CLOUDTRAIL || in.format() == Format.AUTO
                || in.format() == Format.JSON)
                && text.startsWith("{") && text.contains("\"Records\"");
        return possible ? CloudTrail.records(JsonText.read(text, in, "JSON"), in.format()) : null;
    }

    private List<Outcome> unrolled(Event intake, Intake in, ArrayNode records) {
        List<Outcome> outcomes = new ArrayList<>();
        outcomes.add(new Outcome.Dropped(intake, Outcome.UNROLLED, false));
        for (int i = 0; i < records.size(); i++) {
            JsonNode element = records.get(i);
            String vendorId = CloudTrail.eventId(element);
            EventId id = vendorId == null
                    ? EventId.ofChild(intake.id(), i)
                    : EventId.ofVendor(intake.customer(), intake.source(), vendorId);
            outcomes.add(child(intake, in, element, id, i));
        }
        return outcomes;
    }

    private Outcome child(Event intake, Intake in, JsonNode element, EventId id, int position) {
        Event event = intake.derive(id, intake.time(), "", LogSource.UNKNOWN, new byte[0]);
        try {
            if (!(element instanceof ObjectNode raw)) {
                throw new MalformedException(
                        "CloudTrail batch: Records[" + position + "] is not an object; check what wrote the batch");
            }
            String original = element.toString();
            return new Outcome.Passed(finish(event, in, original, JsonText.parsed(raw, in)), true);
        } catch (MalformedException e) {
            return new Outcome.Dead(alone(event, in, element), String.valueOf(e.getMessage()), true);
        } catch (RuntimeException e) {
            return new Outcome.Dead(alone(event, in, element), defect(e), true);
        }
    }

    /** The record alone as an intake event, so that a dead one can be replayed alone. */
    private static Event alone(Event event, Intake in, JsonNode element) {
        ObjectNode body = Json.object();
        body.put("@timestamp", in.time().toString());
        ObjectNode about = body.putObject("event");
        about.put("original", element.toString());
        about.put("created", in.created().toString());
        body.set("tocsin", in.tocsin());
        return event.with(event.time(), "", LogSource.UNKNOWN, Json.write(body));
    }

    private Event finish(Event event, Intake in, String original, Parsed parsed) {
        Facts facts = Facts.of(parsed, in.tocsin());
        LogSource logSource = logSource(facts, in);
        ObjectNode ecs = parsed.ecs();
        tables.apply(facts.with(logSource), ecs);
        Ecs.merge(parsed.around(), ecs);
        ObjectNode vendor = VendorFields.of(parsed.raw(), logSource);
        Instant time = parsed.time() != null ? parsed.time() : in.time();
        byte[] body = Body.write(event, in, original, time, logSource, parsed.format(), vendor, ecs);
        return event.with(time, Body.index(event.customer(), time), logSource, body);
    }

    private LogSource logSource(Facts facts, Intake in) {
        LogSource own = trustLogSource ? LogSourceClassifier.own(facts.vendor()) : LogSource.UNKNOWN;
        if (!own.equals(LogSource.UNKNOWN)) {
            return own;
        }
        LogSource hint = in.hint();
        LogSource found = classifier.classify(facts);
        String product = hint.product() == null ? found.product() : hint.product();
        // A hint that names only the product still wants the table's categories, unless the table saw another product.
        return found.product() == null || found.product().equals(product)
                ? new LogSource(product, hint.category().isEmpty() ? found.category() : hint.category(),
                        hint.service() == null ? found.service() : hint.service())
                : hint;
    }

    /** What no parser foresaw. The event is kept and the pipeline goes on; the cause asks for a report. */
    private static String defect(RuntimeException e) {
        StackTraceElement[] trace = e.getStackTrace();
        return "the parser failed (" + e + (trace.length > 0 ? " at " + trace[0] : "")
                + "); the event is kept; please report it with this message";
    }
}
