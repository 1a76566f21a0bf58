package dev.tocsin.rollout;

import dev.tocsin.event.Event;
import dev.tocsin.log.ChangeLog;
import dev.tocsin.log.Stream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A change log in memory, which can be made unreadable, and into which anybody can write. */
public class MemoryChangeLog implements ChangeLog {
    private final List<Change> changes = new ArrayList<>();
    private final List<Follower> followers = new ArrayList<>();

    @Override
    public synchronized void follow(Follower follower) {
        followers.add(follower);
        tell(follower);
    }

    private void tell(Follower follower) {
        follower.begin();
        changes.forEach(follower::change);
        follower.current();
    }

    @Override
    public synchronized long append(long expected, byte[] value) {
        if (expected != changes.size()) {
            throw new ConflictException(expected, changes.size());
        }
        Change change = new Change(expected + 1, value);
        changes.add(change);
        followers.forEach(f -> f.change(change));
        return expected + 1;
    }

    /** The mark stands at the offset 100 times the revision in each of four partitions. */
    @Override
    public synchronized long append(long expected, Stream stream, Event mark, Function<long[], byte[]> value) {
        long offset = 100 * (expected + 1);
        return append(expected, value.apply(new long[]{offset, offset, offset, offset}));
    }

    /** Past all checks, as another program would. */
    void write(String value) {
        append(changes.size(), value.getBytes(StandardCharsets.UTF_8));
    }

    synchronized void breakDown(String why) {
        followers.forEach(f -> f.unreadable(why));
    }

    synchronized void recover() {
        followers.forEach(this::tell);
    }

    @Override
    public synchronized List<Change> last(int count) {
        return List.copyOf(changes.subList(Math.max(0, changes.size() - count), changes.size()));
    }

    @Override
    public void close() {
        followers.clear();
    }
}
