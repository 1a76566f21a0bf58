package dev.tocsin.sink;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Problem;
import dev.tocsin.log.State;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The file of one partition, whose lines are there exactly once.
 *
 * <p>How it works. The state, which commits together with the offsets, holds a {@link FileMark}: the number of the current
 * file and how many bytes of it count. Lines gather in memory; before the commit they are written and fsynced, and the mark
 * is part of that commit. So after a crash there are two cases: the commit happened, and the mark covers the
 * lines; or it did not, the lines come again, and the bytes after the mark are cut off first.
 *
 * <p>Setting the file aside: it is renamed to {@code path.<number>} and the new one has the next number. This happens
 * only as the first thing of a transaction, when all of the file is committed. If that transaction fails, the mark still
 * has the old number while {@code path.<number>} exists; one rename, over whatever the new file got, undoes it.
 *
 * <p>The first transaction has no mark. That a file which is there then is ours, and may be emptied, is said by an empty file
 * {@code path.new}, made before the first line and removed after the first commit; any other file is somebody's and is
 * set aside. What the mark counts is never cut off; if the file has less, somebody else touched it: that is said, what
 * is left is set aside, and a new file is begun.
 *
 * <p>The mark's key names the node, because the state follows the partition to other nodes and the file does not.
 */
final class RotatingFile {
    private final Disk disk;
    private final FileFamily family;
    private final FileOwner owner;
    private final FileSinkConfig limits;
    private final State state;
    private final String key;
    private final Consumer<Problem> alarms;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private Disk.@Nullable OpenFile file;
    private long number;
    /** Pending lines included. */
    private long length;
    /** The pending lines go to a new file, and the current one is to be set aside first. */
    private boolean setAside;
    /** All that was written is committed, as far as we have heard. */
    private boolean settled = true;
    /** The next commit makes files superfluous. */
    private boolean willBeUntidy;
    /** There was such a commit, and they were not removed yet. */
    private boolean untidy;

    RotatingFile(Disk disk, Path path, FileOwner owner, FileSinkConfig limits, State state, String key,
            Consumer<Problem> alarms) {
        this.disk = disk;
        this.owner = owner;
        this.family = new FileFamily(disk, path);
        this.limits = limits;
        this.state = state;
        this.key = key;
        this.alarms = alarms;
    }

    /** Brings the file to where the state says it is. */
    void recover() throws IOException {
        owner.guarded(this::takeUp);
    }

    private void takeUp() throws IOException {
        willBeUntidy = true;
        FileMark mark = FileMark.read(state, key);
        if (mark != null && !mark.file().equals(family.path().toString())) {
            leave(mark);
            mark = null;
        }
        if (mark == null) {
            begin();
        } else {
            resume(mark);
        }
    }

    /** The configuration names another file now. The old one is not touched: by now it may be somebody else's. */
    private void leave(FileMark mark) throws IOException {
        Path old = Path.of(mark.file());
        if (disk.exists(old) && disk.size(old) > mark.length()) {
            alarms.accept(new Problem("W403", old.toString(),
                    "the file is not written any more, and after byte " + mark.length()
                            + " it has lines of a commit that failed; they come again in " + family.path(),
                    "cut it to " + mark.length() + " bytes if each line must be there once"));
        }
    }

    private void begin() throws IOException {
        Path path = family.path();
        if (disk.exists(family.marker())) {
            disk.delete(path);
        } else if (disk.exists(path) && disk.size(path) > 0) {
            Path aside = family.aside(family.nextNumber());
            disk.move(path, aside);
            alarms.accept(new Problem("W402", path.toString(),
                    "the file was there before this sink wrote its first line; it is kept as " + aside,
                    "nothing is lost; give the sink a path of its own if something else writes there"));
        }
        disk.open(family.marker()).close();
        disk.forceDirectory(path);
        number = family.nextNumber();
        length = 0;
        open();
    }

    private void resume(FileMark mark) throws IOException {
        Path path = family.path();
        disk.delete(family.marker());
        family.undo(mark.number());
        owner.takeOver(disk, mark.length());
        number = mark.number();
        length = mark.length();
        long actual = disk.exists(path) ? disk.size(path) : 0;
        if (actual < mark.length()) {
            giveUp(mark, actual);
        }
        open();
        if (actual > mark.length()) {
            opened().truncate(length);
            opened().force();
        }
    }

    private void giveUp(FileMark mark, long actual) throws IOException {
        Path path = family.path();
        Path aside = family.aside(mark.number());
        boolean missing = !disk.exists(path);
        if (missing) {
            // Stands for the file that is gone, so that a crash before the next commit finds things as they are now.
            disk.open(path).close();
        }
        disk.move(path, aside);
        disk.forceDirectory(path);
        number = mark.number() + 1;
        length = 0;
        alarms.accept(new Problem("E401", path.toString(),
                (missing ? "the file is missing" : "the file is shorter than what was written to it") + ": bytes "
                        + actual + " to " + mark.length() + " (" + (mark.length() - actual) + " bytes) are gone; "
                        + (missing ? "" : "what is left is kept as " + aside + ", ") + "a new file was begun",
                "somebody else cut, moved or removed it; the lines are still in the log and in the index"));
    }

    private void open() throws IOException {
        boolean isNew = !disk.exists(family.path());
        file = disk.open(family.path());
        if (isNew) {
            disk.forceDirectory(family.path());
        }
    }

    /** Takes lines and puts into the state how far the file will be. Writes nothing yet, so it cannot fail. */
    void append(byte[] lines) {
        if (settled && length >= limits.rotate().bytes()) {
            setAside = true;
            willBeUntidy = true;
            number++;
            length = 0;
        }
        settled = false;
        pending.writeBytes(lines);
        length += lines.length;
        new FileMark(family.path().toString(), number, length).write(state, key);
    }

    /** To be called before {@link #append} when, if there was a flush, its commit is known to have happened. */
    void committed() {
        if (!settled && pending.size() == 0) {
            settled = true;
            untidy |= willBeUntidy;
            willBeUntidy = false;
        }
    }

    /** Makes durable what was appended. */
    void flush() throws IOException {
        if (pending.size() == 0) {
            return;
        }
        if (untidy || setAside) {
            owner.guarded(this::change);
        }
        opened().append(pending.toByteArray());
        opened().force();
        pending.reset();
    }

    private void change() throws IOException {
        if (untidy) {
            tidy();
        }
        if (setAside) {
            opened().close();
            disk.move(family.path(), family.aside(number - 1));
            open();
            setAside = false;
        }
    }

    private void tidy() throws IOException {
        disk.delete(family.marker());
        if (limits.keep() > 0) {
            family.prune(setAside ? number - 1 : number, limits.keep());
        }
        untidy = false;
    }

    private Disk.OpenFile opened() {
        Disk.OpenFile current = file;
        if (current == null) {
            throw new IllegalStateException(family.path() + " was not recovered");
        }
        return current;
    }

    void close() throws IOException {
        Disk.OpenFile current = file;
        if (current != null) {
            current.close();
        }
    }

    @Override
    public String toString() {
        return family.path() + " (" + new ByteSize(length) + ")";
    }
}
