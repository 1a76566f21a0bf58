package dev.tocsin.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.log.Blobs;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.LogException;
import dev.tocsin.log.SharedBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files of every size through a real log. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class BlobsTest {
    private static final int MIB = 1 << 20;

    @TempDir
    Path directory;

    @Test
    void whatIsPutComesBackWhateverItsSize() throws IOException {
        int[] sizes = {0, 1, 1_024, Blobs.CHUNK_BYTES - 1, Blobs.CHUNK_BYTES, Blobs.CHUNK_BYTES + 1, 5 * MIB, 50 * MIB};
        Random random = new Random(4711);
        try (DurableLog log = SharedBroker.open(SharedBroker.newPrefix(), List.of());
                Blobs blobs = log.blobs("control-content")) {
            Path in = directory.resolve("in");
            Path out = directory.resolve("out");
            for (int size : sizes) {
                byte[] bytes = new byte[size];
                random.nextBytes(bytes);
                Files.write(in, bytes);
                Blobs.Place place = blobs.put("b" + size, in);
                assertThat(place.chunks()).isEqualTo(Math.max(1, (size + Blobs.CHUNK_BYTES - 1) / Blobs.CHUNK_BYTES));
                blobs.get("b" + size, place, out);
                assertThat(Files.mismatch(in, out)).as("%d bytes", size).isEqualTo(-1);
            }
            byte[] some = {1, 2, 3};
            Files.write(in, some);
            Blobs.Place first = blobs.put("twice", in);
            Blobs.Place second = blobs.put("twice", in);
            assertThat(second.first()).isGreaterThan(first.last());
            // As if compaction had taken the first: the place is wrong, and the blob is found all the same.
            blobs.get("twice", new Blobs.Place(0, 0, 1, 3), out);
            assertThat(Files.readAllBytes(out)).isEqualTo(some);
            blobs.remove("twice", 1);
            assertThatThrownBy(() -> blobs.get("twice", second, out)).isInstanceOf(LogException.class)
                    .hasMessageContaining("0 of 1 chunks");
        }
    }
}
