package dev.tocsin.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Lines at the end of a log file, as a web server writes them. */
final class WebLogSender implements Sender {
    private final Path file;

    WebLogSender(Path file) {
        this.file = file;
    }

    @Override
    public void deliver(List<Message> batch) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.write(file, batch.stream().map(Message::text).toList(), StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }
}
