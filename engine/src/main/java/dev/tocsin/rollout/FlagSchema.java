package dev.tocsin.rollout;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.tocsin.base.Problem;
import dev.tocsin.config.Nearest;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.rollout.logic.LogicCompiler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The form of a document of flags; the schemas are beside the program, and nothing is ever fetched. */
final class FlagSchema {
    private static final String BASE = "tocsin:///schema/";
    private static final int PROBLEMS_MAX = 50;

    private final Schema schema;

    FlagSchema() {
        Map<String, String> all = Map.of(BASE + "flags.json", text("flags.json"), BASE + "targeting.json",
                text("targeting.json"));
        schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7, registry -> registry.schemas(all))
                .getSchema(SchemaLocation.of(BASE + "flags.json"));
    }

    /** What is wrong, with the JSON pointer of the place. */
    List<Problem> check(JsonNode document) {
        List<Problem> problems = new ArrayList<>();
        for (var error : schema.validate(document)) {
            String where = String.valueOf(error.getInstanceLocation());
            String property = error.getProperty();
            boolean isUnknown = "additionalProperties".equals(error.getKeyword()) && property != null;
            if (isUnknown && String.valueOf(error.getSchemaLocation()).contains("targeting.json")) {
                problems.add(ProblemCode.FLAG.problem(where, "unknown operator \"" + property + "\"",
                        Nearest.hint(property, LogicCompiler.OPERATORS)));
            } else {
                problems.add(ProblemCode.FLAG.problem(where, error.getMessage(), ""));
            }
            if (problems.size() >= PROBLEMS_MAX) {
                break;
            }
        }
        return List.copyOf(problems);
    }

    private static String text(String name) {
        try (InputStream in = FlagSchema.class.getResourceAsStream("/rollout/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the schema " + name + " is not in the program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
