package dev.tocsin.rollout.parity;

import dev.tocsin.event.Json;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What a comparison needs of an alert's body, read in one go: whose it is, of which rule, and a hash of all that does not
 * follow from who raised it. The hash is the same in whatever order the members stand. It is seeded, so that nobody can
 * write events whose alerts differ and hash alike.
 *
 * <p>Used again for each alert; by one thread.
 */
final class AlertBody {
    /** Members that say who raised the alert, where and when; two engines differ there by nature. */
    static final Set<String> WHO = Set.of("engine", "content", "epoch", "run", "site");
    /** Stands in what an engine raises about itself. */
    private static final String ABOUT_ITSELF = "engine_alert";
    private static final long ODD = 0x9E3779B97F4A7C15L;

    private final long seed;
    private String engine = "";
    private String run = "";
    private String rule = "";
    private String title = "";
    private boolean ownAffair;
    private long hash;

    AlertBody(long seed) {
        this.seed = seed;
    }

    /** Whether that member of the body, or of its {@code tocsin}, says only who raised the alert. */
    static boolean isWho(String object, String name) {
        return object.isEmpty() ? WHO.contains(name) : object.equals("tocsin") && name.equals("origin");
    }

    /** @return whether it could be read */
    boolean read(byte[] json) {
        engine = "";
        run = "";
        rule = "";
        title = "";
        ownAffair = false;
        try (JsonParser parser = Json.mapper().createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            hash = object(parser, "", 0);
            return true;
        } catch (JacksonException _) {
            return false;
        }
    }

    private long object(JsonParser parser, String path, int depth) {
        long sum = ODD;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            ownAffair |= depth == 0 && name.equals(ABOUT_ITSELF);
            if (depth == 0 || depth == 1 && path.equals("rule")) {
                note(parser, token, depth, name);
            }
            long value = value(parser, token, depth == 0 ? name : "-", depth + 1);
            if (depth > 1 || !isWho(path, name)) {
                sum += mix(text(name) * ODD + value);
            }
        }
        return mix(sum);
    }

    private void note(JsonParser parser, JsonToken token, int depth, String name) {
        if (token != JsonToken.VALUE_STRING) {
            return;
        }
        if (depth == 0 && name.equals("engine")) {
            engine = parser.getString();
        } else if (depth == 0 && name.equals("run")) {
            run = parser.getString();
        } else if (depth == 1 && name.equals("id")) {
            rule = parser.getString();
        } else if (depth == 1 && name.equals("title")) {
            title = parser.getString();
        }
    }

    private long value(JsonParser parser, JsonToken token, String path, int depth) {
        return switch (token) {
            case START_OBJECT -> object(parser, path, depth);
            case START_ARRAY -> {
                long sum = 1;
                for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
                    sum = mix(sum * 31 + value(parser, t, "-", depth + 1));
                }
                yield sum;
            }
            case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                long sum = seed + token.ordinal();
                char[] characters = parser.getStringCharacters();
                int end = parser.getStringOffset() + parser.getStringLength();
                for (int i = parser.getStringOffset(); i < end; i++) {
                    sum = step(sum, characters[i]);
                }
                yield mix(sum);
            }
            default -> mix(seed + token.ordinal());
        };
    }

    private long text(String text) {
        long sum = seed;
        for (int i = 0; i < text.length(); i++) {
            sum = step(sum, text.charAt(i));
        }
        return mix(sum);
    }

    private static long step(long sum, char c) {
        long next = (sum ^ c) * ODD;
        return next ^ next >>> 29;
    }

    static long mix(long value) {
        long x = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        x = (x ^ x >>> 27) * 0x94D049BB133111EBL;
        return x ^ x >>> 31;
    }

    /** Whether the engine tells of itself, such as that it parked a rule; no other engine raises that. */
    boolean isOwnAffair() {
        return ownAffair;
    }

    String engine() {
        return engine;
    }

    String run() {
        return run;
    }

    String rule() {
        return rule;
    }

    String title() {
        return title;
    }

    long hash() {
        return hash;
    }
}
