package dev.tocsin.process;

import dev.tocsin.event.LogSource;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Says what kind of log an event is from, by tables of entries of which the first that holds decides: the user's, in the
 * order of their files, then the program's own {@code process/logsources.yml}, which documents the form.
 *
 * <p>Immutable; may be used by any thread.
 */
public final class LogSourceClassifier {
    private final List<LogSourceEntry> entries;

    private LogSourceClassifier(List<LogSourceEntry> entries) {
        this.entries = List.copyOf(entries);
    }

    /** The program's own table alone. */
    public static LogSourceClassifier builtIn() {
        return new LogSourceClassifier(LogSourceEntry.list(TableReader.resource("logsources.yml"), "logsources.yml"));
    }

    /**
     * The user's tables before the program's own.
     *
     * @throws TableException when a file cannot be read or is no such table
     */
    public static LogSourceClassifier of(List<Path> tables) {
        LogSourceClassifier classifier = builtIn();
        for (Path table : tables.reversed()) {
            classifier = classifier.extendedBy(read(table), table.toString());
        }
        return classifier;
    }

    /**
     * This classifier with further entries in front.
     *
     * @param name of the table, for messages
     * @throws TableException when the text is no such table
     */
    public LogSourceClassifier extendedBy(String yaml, String name) {
        List<LogSourceEntry> all = new ArrayList<>(LogSourceEntry.list(TableReader.entries(yaml, name), name));
        all.addAll(entries);
        return new LogSourceClassifier(all);
    }

    /** The log source that the event itself names in {@code _logsource}; {@link LogSource#UNKNOWN} when it names none. */
    public static LogSource own(JsonNode event) {
        return Intake.logSource(event.get("_logsource"));
    }

    /** An event of which nothing is known but its fields. */
    public LogSource classify(JsonNode event) {
        return classify(Facts.of(event));
    }

    public LogSource classify(Facts facts) {
        for (LogSourceEntry entry : entries) {
            if (entry.holds(facts)) {
                LogSourceEntry.Finding finding = new LogSourceEntry.Finding();
                entry.tell(facts, finding);
                return finding.logSource();
            }
        }
        return LogSource.UNKNOWN;
    }

    private static String read(Path table) {
        try {
            return Files.readString(table);
        } catch (MalformedInputException e) {
            throw new TableException(table.toString(), "not UTF-8", "save the file as UTF-8");
        } catch (IOException e) {
            throw new TableException(table.toString(), "cannot be read: " + e, "check the path in process.logsources");
        }
    }
}
