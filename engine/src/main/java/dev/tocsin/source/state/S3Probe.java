package dev.tocsin.source.state;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Tries once whether the store refuses to create what is there: the whole fence rests on it. */
final class S3Probe {
    private final ObjectStore objects;
    private boolean passed;

    S3Probe(ObjectStore objects) {
        this.objects = objects;
    }

    /** @throws IOException when the store is away or does not honour the condition; then it says what to do */
    void check() throws IOException {
        if (passed) {
            return;
        }
        String name = "probe/" + UUID.randomUUID();
        byte[] content = "Whether this server honours If-None-Match.\n".getBytes(StandardCharsets.UTF_8);
        objects.create(name, content);
        boolean again = objects.create(name, content);
        boolean kept = objects.get(name).isPresent();
        objects.delete(name);
        if (again || !kept) {
            throw new IOException(objects
                    + " does not honour If-None-Match: * on PUT (an object was created twice), so it"
                    + " could not keep a stale leader out, and nothing is collected. Use Amazon S3 or a server that has"
                    + " conditional writes (MinIO, Ceph, s3proxy do), or state of type redis or kafka; a single connector"
                    + " can use type file");
        }
        passed = true;
    }
}
