package dev.tocsin.source.api;

import dev.tocsin.base.Problem;
import dev.tocsin.config.ConfigFile;
import dev.tocsin.config.Nearest;
import dev.tocsin.config.Outcome;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.source.ApiSourceConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Where definitions come from: shipped ones by name, files, or the configuration itself. */
public final class ApiDefinitions {
    /** The resources {@code api/<name>.yaml}: Halo, and one example for each kind of pagination. */
    public static final List<String> SHIPPED = List.of("halo", "example-page", "example-offset", "example-cursor",
            "example-link", "example-next", "example-window", "example-expression");

    private ApiDefinitions() {
    }

    /** What is wrong with a source's definition; empty when it can be used. */
    public static List<Problem> problems(ApiSourceConfig config) {
        return config.inline() != null ? List.of() : read(config).problems();
    }

    /** @throws ApiException when it cannot be used; {@link #problems} says more */
    static ApiDefinition of(ApiSourceConfig config) {
        if (config.inline() != null) {
            return config.inline();
        }
        Outcome<ApiDefinition> outcome = read(config);
        return outcome.value().orElseThrow(() -> new ApiException(
                outcome.problems().stream().map(Problem::toString).collect(Collectors.joining("\n"))));
    }

    private static Outcome<ApiDefinition> read(ApiSourceConfig config) {
        Path path = Optional.ofNullable(config.definition()).orElseThrow();
        if (Files.exists(path)) {
            return ConfigFile.read(path, ApiDefinition.class);
        }
        String name = String.valueOf(path.getFileName());
        if (SHIPPED.contains(name)) {
            return ConfigFile.parse(text(name), name, Path.of("").toAbsolutePath(), ApiDefinition.class, _ -> null);
        }
        Outcome<ApiDefinition> nothing = ConfigFile.read(path, ApiDefinition.class);
        return new Outcome<>(Optional.empty(),
                List.of(ProblemCode.MISSING_FILE.problem(path.toString(),
                        "there is no such file, and no shipped definition \"" + name + "\"",
                        Nearest.hint(name, SHIPPED))),
                nothing.marks());
    }

    /** The YAML of a shipped definition. */
    public static String text(String name) {
        try (InputStream in = ApiDefinitions.class.getResourceAsStream("/api/" + name + ".yaml")) {
            if (in == null) {
                throw new IllegalStateException("the program lacks api/" + name + ".yaml");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
