package dev.tocsin.source;

import dev.tocsin.base.ByteSize;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * Reads the body of a request and unpacks it, within limits: size as sent, size unpacked, ratio of the two, time. Every
 * byte is reserved in the backlog before it is read, so that many large requests at once cannot take the memory.
 */
final class RequestBody {
    /** Below this size any ratio is harmless. */
    private static final int RATIO_FROM_BYTES = 1 << 20;

    private final HttpSourceConfig config;
    private final Collector collector;

    RequestBody(HttpSourceConfig config, Collector collector) {
        this.config = config;
        this.collector = collector;
    }

    /** The body cannot be unpacked; what was sent is kept. */
    static final class DamagedException extends Exception {
        private final transient byte[] raw;

        DamagedException(byte[] raw, String message) {
            super(message, null, false, false);
            this.raw = raw;
        }

        byte[] raw() {
            return raw;
        }
    }

    /**
     * The unpacked body.
     *
     * @throws RefusedException when a limit is reached; nothing is kept then
     * @throws IOException when the client went away
     */
    byte[] read(HttpIntake.Request request, Backlog.Lease lease) throws IOException, DamagedException {
        String encoding = request.header("Content-Encoding").strip().toLowerCase(Locale.ROOT);
        if (!encoding.matches("|identity|gzip|x-gzip|deflate")) {
            throw new RefusedException(HecReply.ENCODING);
        }
        byte[] raw = readRaw(request, lease);
        if (encoding.isEmpty() || encoding.equals("identity") || raw.length == 0) {
            return raw;
        }
        try (InputStream unpacking = encoding.equals("deflate")
                ? inflating(raw)
                : new GZIPInputStream(new ByteArrayInputStream(raw), 8192)) {
            return unpack(raw.length, unpacking, lease);
        } catch (IOException e) {
            throw new DamagedException(raw, "the " + encoding + " body cannot be unpacked: " + e.getMessage());
        }
    }

    private byte[] readRaw(HttpIntake.Request request, Backlog.Lease lease) throws IOException {
        long max = config.bodyMax().bytes();
        String announced = request.header("Content-Length");
        if (announced.matches("\\d{1,18}") && Long.parseLong(announced) > max) {
            throw tooLarge("the body has " + announced + " bytes, more than body_max", config.bodyMax());
        }
        Instant deadline = collector.now().plus(config.bodyTimeout());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[16 * 1024];
        for (int n = request.body().read(buffer); n >= 0; n = request.body().read(buffer)) {
            if (out.size() + n > max) {
                throw tooLarge("the body is larger than body_max", config.bodyMax());
            }
            if (collector.now().isAfter(deadline)) {
                throw new RefusedException(HecReply.TOO_SLOW);
            }
            reserve(lease, n);
            out.write(buffer, 0, n);
        }
        return out.toByteArray();
    }

    private byte[] unpack(int packed, InputStream in, Backlog.Lease lease) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[16 * 1024];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            long size = (long) out.size() + n;
            if (size > config.unpackedMax().bytes()) {
                throw tooLarge("the body unpacks to more than unpacked_max", config.unpackedMax());
            }
            if (size > RATIO_FROM_BYTES && size / packed >= config.ratioMax()) {
                throw new RefusedException(HecReply.TOO_LARGE,
                        "the body unpacks to more than " + config.ratioMax() + " times its size (ratio_max)");
            }
            reserve(lease, n);
            out.write(buffer, 0, n);
        }
        return out.toByteArray();
    }

    private static void reserve(Backlog.Lease lease, int bytes) {
        if (!lease.tryGrow(bytes)) {
            throw new RefusedException(HecReply.BUSY, "requests under way fill in_flight_max");
        }
    }

    private static RefusedException tooLarge(String what, ByteSize max) {
        return new RefusedException(HecReply.TOO_LARGE, what + " (" + max + ")");
    }

    /** RFC 9110 means the zlib format by deflate; some clients send the bare stream. The header tells (RFC 1950, 2.2). */
    private static InputStream inflating(byte[] raw) {
        boolean zlib = raw.length >= 2 && (raw[0] & 0x0f) == 8 && ((raw[0] & 0xff) << 8 | raw[1] & 0xff) % 31 == 0;
        return new InflaterInputStream(new ByteArrayInputStream(raw), new Inflater(!zlib), 8192) {
            @Override
            public void close() throws IOException {
                // The stream does not end an inflater that it was given.
                inf.end();
                super.close();
            }
        };
    }
}
