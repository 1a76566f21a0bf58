package dev.tocsin.index;

import dev.tocsin.event.Event;
import dev.tocsin.log.Commit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The process that {@link CrashTest} kills: indexes a made-up log of two streams with two partitions each, from where the
 * index stands to the end, as the stage loop would.
 */
final class CrashChild {
    static final int EVENTS = 50_000;
    static final List<String> PARTITIONS = List.of("events-0", "events-1", "events-2", "alerts-0");
    private static final int BATCH = 250;
    private static final int COMMIT_EVERY = 8;

    private CrashChild() {
    }

    /** Each record is in one partition; alerts are a twentieth. */
    static int partition(int n) {
        return n % 20 == 0 ? 3 : n % 3;
    }

    static String kind(int n) {
        return partition(n) == 3 ? SearchIndex.ALERT : SearchIndex.EVENT;
    }

    /** The records of a partition, in order: the offset is the place in the list. */
    static List<List<Integer>> log() {
        List<List<Integer>> log = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int n = 0; n < EVENTS; n++) {
            log.get(partition(n)).add(n);
        }
        return log;
    }

    /** @return how many records were handled */
    static int replay(SearchIndex index) throws IOException {
        List<List<Integer>> log = log();
        Map<String, Long> place = new HashMap<>(index.recovered("index").offsets());
        Random random = new Random();
        int handled = 0;
        int batches = 0;
        while (true) {
            List<Integer> open = new ArrayList<>();
            for (int p = 0; p < PARTITIONS.size(); p++) {
                if (place.getOrDefault(PARTITIONS.get(p), 0L) < log.get(p).size()) {
                    open.add(p);
                }
            }
            if (open.isEmpty()) {
                break;
            }
            int p = open.get(random.nextInt(open.size()));
            int from = Math.toIntExact(place.getOrDefault(PARTITIONS.get(p), 0L));
            int to = Math.min(log.get(p).size(), from + BATCH);
            handled += handle(index, p, log.get(p).subList(from, to));
            place.put(PARTITIONS.get(p), (long) to);
            if (++batches % COMMIT_EVERY == 0) {
                index.commit("index", new Commit(place, "ledger " + place), index.opening());
                System.out.println("committed");
            }
        }
        index.commit("index", new Commit(place, "ledger " + place), index.opening());
        return handled;
    }

    private static int handle(SearchIndex index, int partition, List<Integer> records) throws IOException {
        IndexStage stage = new IndexStage(index, "index", _ -> partition == 3, Duration.ofSeconds(1));
        List<Event> events = records.stream().map(Samples::small).toList();
        CountingOutput out = new CountingOutput();
        stage.handle(partition, events, out);
        if (out.done.size() != events.size()) {
            throw new AssertionError("not settled: " + out.dead);
        }
        return events.size();
    }

    public static void main(String[] args) throws IOException {
        try (SearchIndex index = SearchIndex.open(Path.of(args[0]))) {
            replay(index);
        }
        System.out.println("finished");
    }
}
