package dev.tocsin.cli.demo;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A kind of message, as the scenario files describe it.
 *
 * @param weight how often it comes among the others of the background
 * @param let phrases rendered first and usable in the rest by their names
 */
record Template(String name, int weight, Via via, String customer, String source, Phrase prefix,
        Map<String, Phrase> let,
        Body body) {
    /** Keys that {@link #read} understands. */
    static final Set<String> KEYS = Set.of("name", "weight", "via", "customer", "source", "prefix", "let", "text",
            "event",
            "windows");

    /** @param facts names that are known besides the pools and the template's own {@code let} */
    static Template read(Section section, String name, Pools pools, Set<String> facts) {
        String where = section.where() + " (" + name + ")";
        Set<String> known = new HashSet<>(facts);
        Map<String, Phrase> let = phrases(section.section("let"), pools, known);
        Phrase.Scope scope = new Phrase.Scope(where, pools, known);
        Via via = Via.parse(section.text("via"), where);
        if (via == Via.INGEST && !section.has("source")) {
            throw new ScenarioException(where, "via ingest needs a \"source\", the last part of the address");
        }
        return new Template(name, section.number("weight", 1), via, section.text("customer"),
                section.optionalText("source").orElse(""),
                Phrase.parse(section.has("prefix") ? String.valueOf(section.value("prefix")) : "", scope), let,
                body(section, where, scope));
    }

    /** Phrases that may name those before them; their names are added to {@code known}. */
    static Map<String, Phrase> phrases(Section section, Pools pools, Set<String> known) {
        Map<String, Phrase> phrases = new LinkedHashMap<>();
        section.entries().forEach((name, text) -> {
            phrases.put(name, Phrase.parse(String.valueOf(text),
                    new Phrase.Scope(section.where() + "." + name, pools, known)));
            known.add(name);
        });
        return phrases;
    }

    Message render(Cast cast) {
        Cast own = cast.forMessage().with(let);
        return new Message(via, customer, source, prefix.render(own), body.render(own), own.now());
    }

    private static Body body(Section section, String where, Phrase.Scope scope) {
        if ((section.has("text") ? 1 : 0) + (section.has("event") ? 1 : 0) + (section.has("windows") ? 1 : 0) != 1) {
            throw new ScenarioException(where, "give exactly one of text, event, windows");
        }
        if (section.has("text")) {
            return new Body.Text(Phrase.parse(section.text("text"), scope));
        }
        return section.has("event")
                ? Body.of(section.value("event"), scope)
                : WindowsBody.read(section.section("windows"), scope);
    }
}
