package dev.tocsin.source.state;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Objects in memory, for contenders of which one at a time goes on: each waits before each request until it is its turn, and
 * what becomes of the request is drawn: done, not done, done without an answer, done much later without an answer, or the
 * process dies.
 */
final class FakeObjects {
    /** The process ended in the middle of something. */
    static final class Died extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private final Random random;
    private final TreeMap<String, byte[]> objects = new TreeMap<>();
    private final List<Runnable> delayed = new ArrayList<>();

    FakeObjects(long seed) {
        random = new Random(seed);
    }

    void lateOnes() {
        if (!delayed.isEmpty() && random.nextInt(4) == 0) {
            delayed.remove(random.nextInt(delayed.size())).run();
        }
    }

    private <T> T request(Runnable turn, Function<Map<String, byte[]>, T> what) throws IOException {
        turn.run();
        switch (random.nextInt(40)) {
            case 0 -> throw new IOException("not done");
            case 1 -> {
                what.apply(objects);
                throw new IOException("done, but nothing was heard");
            }
            case 2 -> {
                delayed.add(() -> what.apply(objects));
                throw new IOException("done later");
            }
            case 3 -> {
                if (random.nextInt(3) == 0) {
                    if (random.nextBoolean()) {
                        what.apply(objects);
                    }
                    throw new Died();
                }
                return what.apply(objects);
            }
            default -> {
                return what.apply(objects);
            }
        }
    }

    /** The store as one contender sees it. */
    ObjectStore seenBy(Runnable turn) {
        return new ObjectStore() {
            @Override
            public boolean create(String name, byte[] content) throws IOException {
                return request(turn, all -> {
                    boolean done = all.putIfAbsent(name, content) == null;
                    // As a client does that tries again by itself: the second try finds what the first has made.
                    return done && random.nextInt(20) != 0;
                });
            }

            @Override
            public void replace(String name, byte[] content) throws IOException {
                request(turn, all -> all.put(name, content));
            }

            @Override
            public Optional<byte[]> get(String name) throws IOException {
                return request(turn, all -> Optional.ofNullable(all.get(name)));
            }

            @Override
            public List<Entry> list(String prefix, String after) throws IOException {
                return request(turn, _ -> objects.tailMap(after, false).entrySet().stream()
                        .filter(e -> e.getKey().startsWith(prefix))
                        .map(e -> new Entry(e.getKey(), e.getValue().length, Arrays.hashCode(e.getValue()) + ""))
                        .toList());
            }

            @Override
            public void delete(String name) throws IOException {
                request(turn, all -> Optional.ofNullable(all.remove(name)));
            }

            @Override
            public String toString() {
                return "the fake";
            }

            @Override
            public void close() {
                // Nothing to close.
            }
        };
    }

    int size() {
        return objects.size();
    }
}
