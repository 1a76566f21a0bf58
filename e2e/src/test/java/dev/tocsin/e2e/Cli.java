package dev.tocsin.e2e;

import dev.tocsin.event.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** One command, run as its own process to its end. */
final class Cli {
    private static final int SECONDS_MAX = 180;

    private Cli() {
    }

    /** What a command said and how it ended. */
    record Result(int exit, String out, String err) {
        JsonNode json() {
            return Json.read(out);
        }

        @Override
        public String toString() {
            return "exit " + exit + "\n" + out + err;
        }
    }

    /** The packaged program, as {@link NodeProcess} starts it. */
    static Result tocsin(String... arguments) throws IOException, InterruptedException {
        return run(NodeProcess.ROOT, NodeProcess.command(arguments));
    }

    /** Arguments followed by options that all commands of a test share. */
    static String[] with(String[] options, String... arguments) {
        return Stream.concat(Stream.of(arguments), Stream.of(options)).toArray(String[]::new);
    }

    static Result run(Path directory, List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).directory(directory.toFile()).start();
        process.getOutputStream().close();
        CompletableFuture<String> err = reading(process.getErrorStream());
        CompletableFuture<String> out = reading(process.getInputStream());
        if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new IllegalStateException(
                    command + " did not end in " + SECONDS_MAX + " s:\n" + out.join() + err.join());
        }
        return new Result(process.exitValue(), out.join(), err.join());
    }

    /** Each stream needs a thread of its own: a full pipe would stop the process. */
    private static CompletableFuture<String> reading(InputStream in) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> text.complete(text(in)));
        return text;
    }

    private static String text(InputStream in) {
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "unreadable: " + e.getMessage();
        }
    }
}
