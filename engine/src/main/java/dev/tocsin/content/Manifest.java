package dev.tocsin.content;

import dev.tocsin.event.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a bundle says of itself: {@code manifest.json}. It does not say who pushed it and when, so that the same files make
 * the same bundle; that is in the {@link Announcement}.
 *
 * @param commit of the repository, or the digest of the files
 * @param hashes of all other files, by name: the first 32 hexadecimal digits of the SHA-256
 */
public record Manifest(String commit, List<Rule> rules, SortedMap<String, String> hashes) {
    static final String FILE = "manifest.json";
    private static final int VERSION = 1;
    private static final int HASH_DIGITS = 32;

    public Manifest {
        rules = List.copyOf(rules);
    }

    /**
     * A rule or correlation of the bundle.
     *
     * @param id empty where it has none of its own
     * @param author as the rule names them, or empty
     * @param tested whether there are tests beside it
     */
    public record Rule(String id, String file, String author, boolean tested) {
    }

    static String hash(byte[] bytes) {
        return Hashes.sha256(bytes).substring(0, HASH_DIGITS);
    }

    byte[] write() {
        ObjectNode json = Json.object().put("version", VERSION).put("commit", commit);
        ArrayNode list = json.putArray("rules");
        rules.forEach(r -> list.addObject().put("id", r.id).put("file", r.file).put("author", r.author)
                .put("tested", r.tested));
        ObjectNode files = json.putObject("files");
        hashes.forEach(files::put);
        return Json.write(json);
    }

    /** @throws ContentException when it is none */
    static Manifest read(byte[] bytes) {
        try {
            JsonNode json = Json.read(bytes);
            if (json.path("version").asInt(0) != VERSION) {
                throw ContentException.of(FILE, "the bundle is of a kind that this program does not know",
                        "update the program");
            }
            List<Rule> rules = new ArrayList<>();
            json.path("rules").forEach(r -> rules.add(new Rule(r.path("id").asString(""), r.path("file").asString(""),
                    r.path("author").asString(""), r.path("tested").asBoolean(false))));
            TreeMap<String, String> hashes = new TreeMap<>();
            json.path("files").properties().forEach(f -> hashes.put(f.getKey(), f.getValue().asString("")));
            return new Manifest(json.path("commit").asString(""), rules, hashes);
        } catch (JacksonException e) {
            throw ContentException.of(FILE, "the bundle's manifest is damaged: " + e.getOriginalMessage(), "");
        }
    }
}
