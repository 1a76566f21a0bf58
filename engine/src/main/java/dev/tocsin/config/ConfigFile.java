package dev.tocsin.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads a YAML file into a record. A record's component {@code ackTimeout} is the setting {@code ack_timeout}; what a
 * component may be is listed in {@link ScalarKind}, besides {@code List<T>}, {@code Map<String, T>}, records, and sealed
 * interfaces whose records carry {@link Tag}. A file that is empty gives all defaults.
 */
public final class ConfigFile {
    public static final int BYTES_MAX = 3 * 1024 * 1024;

    private ConfigFile() {
    }

    /** Relative paths in the file begin at its directory. Problems name the file as it is given here. */
    public static <T extends Record> Outcome<T> read(Path file, Class<T> type) {
        return read(file, type, System::getenv);
    }

    /** @param environment value of a variable, or null when it is not set */
    public static <T extends Record> Outcome<T> read(Path file, Class<T> type,
            Function<String, @Nullable String> environment) {
        Findings findings = new Findings(file.toString());
        Optional<String> text = text(file, findings);
        if (text.isEmpty()) {
            return new Outcome<>(Optional.empty(), findings.sorted(),
                    new Marks(file.toString(), Optional.empty()));
        }
        Path directory = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
        return parse(text.get(), file.toString(), directory, type, environment);
    }

    /**
     * Reads text.
     *
     * @param name how problems call the text
     * @param directory where relative paths begin
     */
    public static <T extends Record> Outcome<T> parse(String text, String name, Path directory, Class<T> type,
            Function<String, @Nullable String> environment) {
        Findings findings = new Findings(name);
        Optional<Node> root = new Yaml(name, findings).compose(text.startsWith("\uFEFF") ? text.substring(1) : text);
        Optional<T> value = Optional.empty();
        if (!findings.refused()) {
            Interpolation interpolation = new Interpolation(environment, directory, findings);
            value = Optional.ofNullable(type.cast(new RecordReader(findings, interpolation, directory)
                    .readRoot(type, root)));
        }
        return new Outcome<>(findings.refused() ? Optional.empty() : value, findings.sorted(), new Marks(name, root));
    }

    private static Optional<String> text(Path file, Findings findings) {
        try {
            if (Files.size(file) > BYTES_MAX) {
                findings.add(ProblemCode.UNREADABLE, Place.START, "the file is larger than 3 MiB",
                        "name the configuration with -c, not what it describes");
                return Optional.empty();
            }
            byte[] bytes = Files.readAllBytes(file);
            try {
                return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
            } catch (CharacterCodingException e) {
                findings.add(ProblemCode.UNREADABLE, firstBadByte(bytes), "the file is not UTF-8 text",
                        "save it as UTF-8");
            }
        } catch (NoSuchFileException e) {
            findings.add(ProblemCode.UNREADABLE, Place.START, "there is no such file",
                    "mend the path; without -c the defaults are used");
        } catch (IOException e) {
            findings.add(ProblemCode.UNREADABLE, Place.START, "the file cannot be read: " + e,
                    "it must be a file that this user may read");
        }
        return Optional.empty();
    }

    private static Place firstBadByte(byte[] bytes) {
        // The replacement character marks what could not be decoded, and nothing before it was lost.
        String text = new String(bytes, StandardCharsets.UTF_8);
        String before = text.substring(0, Math.max(0, text.indexOf('\uFFFD')));
        return new Place((int) before.chars().filter(c -> c == '\n').count() + 1,
                before.length() - before.lastIndexOf('\n'));
    }
}
