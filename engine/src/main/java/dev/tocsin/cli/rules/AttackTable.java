package dev.tocsin.cli.rules;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tactics and techniques of MITRE ATT&amp;CK for enterprises. Without a file only the names of the tactics are known; the
 * techniques come from a STIX bundle as MITRE publishes it ({@code enterprise-attack.json}).
 *
 * @param version of ATT&amp;CK, or empty
 * @param tactics titles by the name that tags use, in the order of the matrix
 * @param techniques by id, such as {@code T1059.001}; empty when no file was given
 */
record AttackTable(String version, Map<String, String> tactics, Map<String, Technique> techniques) {
    private static final int TEXT_MAX = 50_000_000;

    /** @param tactics as tags name them */
    record Technique(String id, String name, List<String> tactics) {
    }

    static AttackTable tacticsOnly() {
        Map<String, String> tactics = new LinkedHashMap<>();
        for (String title : List.of("Reconnaissance", "Resource Development", "Initial Access", "Execution",
                "Persistence", "Privilege Escalation", "Defense Evasion", "Credential Access", "Discovery",
                "Lateral Movement", "Collection", "Command and Control", "Exfiltration", "Impact")) {
            tactics.put(title.toLowerCase(Locale.ROOT).replace(' ', '-'), title);
        }
        return new AttackTable("", tactics, Map.of());
    }

    /** @throws IOException when it is no bundle of ATT&amp;CK */
    static AttackTable of(Path bundle) throws IOException {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(TEXT_MAX).build()).build();
        ObjectReader reader = JsonMapper.builder(factory).build().readerFor(JsonNode.class);
        JsonNode root;
        try {
            root = reader.readValue(Files.readAllBytes(bundle));
        } catch (tools.jackson.core.JacksonException e) {
            throw new IOException("not JSON: " + e.getOriginalMessage(), e);
        }
        Map<String, Technique> techniques = new TreeMap<>();
        Map<String, String> titles = new LinkedHashMap<>();
        Map<String, String> byReference = new LinkedHashMap<>();
        List<String> order = new ArrayList<>();
        String version = "";
        for (JsonNode object : root.path("objects")) {
            boolean gone = object.path("revoked").asBoolean(false)
                    || object.path("x_mitre_deprecated").asBoolean(false);
            switch (object.path("type").asString("")) {
                case "attack-pattern" -> {
                    if (!gone) {
                        Technique technique = technique(object);
                        techniques.put(technique.id(), technique);
                    }
                }
                case "x-mitre-tactic" -> {
                    titles.put(object.path("x_mitre_shortname").asString(""), object.path("name").asString(""));
                    byReference.put(object.path("id").asString(""), object.path("x_mitre_shortname").asString(""));
                }
                case "x-mitre-matrix" -> object.path("tactic_refs").forEach(ref -> order.add(ref.asString("")));
                case "x-mitre-collection" -> version = object.path("x_mitre_version").asString("");
                default -> {
                    // Groups, software, mitigations: not asked for.
                }
            }
        }
        if (techniques.isEmpty() || titles.isEmpty()) {
            throw new IOException("there are no techniques in it; expected is MITRE's enterprise-attack.json");
        }
        Map<String, String> tactics = new LinkedHashMap<>();
        order.stream().map(ref -> byReference.getOrDefault(ref, "")).filter(titles::containsKey)
                .forEach(name -> tactics.put(name, titles.getOrDefault(name, name)));
        titles.forEach(tactics::putIfAbsent);
        return new AttackTable(version, tactics, techniques);
    }

    private static Technique technique(JsonNode object) {
        String id = "";
        for (JsonNode reference : object.path("external_references")) {
            if (reference.path("source_name").asString("").equals("mitre-attack")) {
                id = reference.path("external_id").asString("");
            }
        }
        List<String> tactics = new ArrayList<>();
        object.path("kill_chain_phases").forEach(phase -> tactics.add(phase.path("phase_name").asString("")));
        return new Technique(id, object.path("name").asString(""), tactics);
    }

}
