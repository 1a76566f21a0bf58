package dev.tocsin.source;

import dev.tocsin.base.ByteSize;
import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.Tag;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings of {@link FileSource}. */
@Tag("file")
@Doc("Reads files line by line, plain or gzip; follows rotation, and resumes where it was.")
public record FileSourceConfig(@Doc("Files; * and ? within a name, ** over directories.") List<Path> paths,
        @Doc("Whose the events are.") @Default("main") String customer,
        @Doc("How the lines are written.") @Default("auto") String format,
        @Doc("What kind of log it is.") @Default("{}") LogSourceHint logsource,
        @Doc("Raise an alarm when nothing came for so long; left out, silence is none.") @Nullable Duration silentAfter,
        @Doc("tail follows growing files and takes a line when it is ended; whole also takes a last line without end.") @Default("tail") Mode mode,
        @Doc("With mode whole: stop when the files found at the start are read.") @Default("false") boolean oneshot,
        @Doc("Where in a line (JSON) its own unique id is.") @Nullable String idField,
        @Doc("A longer line becomes a dead letter that keeps its first 64 KiB.") @Default("1MiB") ByteSize lineMax,
        @Doc("How often to look for new files and new lines.") @Default("1s") Duration scan,
        @Doc("How long a file must be unchanged before it counts as complete.") @Default("5s") Duration idle,
        @Doc("Bytes read but not yet durable; when it is reached no file is read.") @Default("64MiB") ByteSize inFlightMax)
        implements
            SourceConfig {

    public FileSourceConfig {
        paths = List.copyOf(paths);
        Limits.checkSilence(silentAfter);
        Limits.check("line_max", lineMax, 16, 4 << 20);
        Limits.check("in_flight_max", inFlightMax, 1 << 20, Integer.MAX_VALUE);
        if (paths.isEmpty()) {
            throw new IllegalArgumentException("paths names no file");
        }
        if (oneshot && mode == Mode.TAIL) {
            throw new IllegalArgumentException("oneshot needs mode: whole");
        }
        if (scan.isNegative() || scan.isZero() || idle.isNegative()) {
            throw new IllegalArgumentException("scan must be above 0 and idle not below 0");
        }
    }

    /** How a file is read. */
    public enum Mode {
        TAIL,
        WHOLE
    }
}
