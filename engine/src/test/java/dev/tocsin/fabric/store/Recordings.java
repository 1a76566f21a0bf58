package dev.tocsin.fabric.store;

import dev.tocsin.fabric.data.JsonValues;
import dev.tocsin.fabric.data.Value;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Recorded exchanges with the store of a real Broker, where they are, and vectors of our own in the same form. */
final class Recordings {
    private Recordings() {
    }

    static Optional<Path> file(String name) {
        String told = System.getenv("TOCSIN_BROKER_TRANSCRIPTS");
        if (told != null) {
            return Optional.of(Path.of(told).resolve(name));
        }
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path file = at.resolve("shared/broker-transcripts").resolve(name);
            if (Files.exists(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    static List<JsonNode> own(String name) throws IOException {
        try (var in = Recordings.class.getResourceAsStream("/stores/" + name)) {
            return steps(in.readAllBytes());
        }
    }

    static List<JsonNode> steps(byte[] json) {
        List<JsonNode> steps = new ArrayList<>();
        JsonMapper.shared().readTree(json).forEach(steps::add);
        return steps;
    }

    static Value value(JsonNode json) {
        return JsonValues.read(json.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** As the recordings, read and written again, have it. */
    static String normal(Value value) {
        return JsonMapper.shared().readTree(JsonValues.write(value)).toString();
    }

    /** What to do, in the words of the recordings. */
    static Operation operation(String name, List<Value> args) {
        return switch (name) {
            case "get" -> Query.get(args.get(0));
            case "exists" -> Query.exists(args.get(0));
            case "keys" -> Query.keys();
            case "size" -> Query.size();
            case "get_index_from_value" -> Query.index(args.get(0), args.get(1));
            case "put" -> Mutation.put(args.get(0), args.get(1));
            case "put_unique" -> Mutation.putUnique(args.get(0), args.get(1));
            case "erase" -> Mutation.erase(args.get(0));
            case "clear" -> Mutation.clear();
            case "increment" -> Mutation.increment(args.get(0), args.get(1));
            case "decrement" -> Mutation.decrement(args.get(0), args.get(1));
            case "append" -> Mutation.append(args.get(0), args.get(1));
            case "insert_into_set" -> Mutation.insertInto(args.get(0), args.get(1));
            case "insert_into_table" -> Mutation.insertInto(args.get(0), args.get(1), args.get(2));
            case "remove_from" -> Mutation.removeFrom(args.get(0), args.get(1));
            case "push" -> Mutation.push(args.get(0), args.get(1));
            case "pop" -> Mutation.pop(args.get(0));
            default -> throw new IllegalArgumentException(name);
        };
    }
}
