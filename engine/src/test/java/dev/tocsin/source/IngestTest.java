package dev.tocsin.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.EventId;
import dev.tocsin.source.HttpRig.Reply;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;

class IngestTest {
    private final HttpRig rig = new HttpRig();

    @Test
    void linesAreEventsAndWhatIsNotJsonIsNamedInTheAnswer() {
        Reply reply = rig.post("/ingest/app", "{\"a\":1}\r\n\nnot json\n{\"b\": 2}\n[1]\n{\"c\":3} x");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("accepted").asInt()).isEqualTo(2);
        assertThat(reply.json().path("dead").asInt()).isEqualTo(3);
        assertThat(reply.json().at("/errors/0/line").asInt()).isEqualTo(3);
        assertThat(reply.json().at("/errors/0/cause").asString()).contains("line 3: not valid JSON");
        assertThat(reply.json().at("/errors/2/line").asInt()).isEqualTo(6);
        assertThat(rig.log.originals()).containsExactly("{\"a\":1}", "{\"b\": 2}");
        assertThat(rig.log.deadOriginals()).containsExactly("not json", "[1]", "{\"c\":3} x");
        assertThat(rig.log.events().getFirst().source()).isEqualTo("app");
        assertThat(rig.log.bodies().getFirst().at("/tocsin/transport").asString()).isEqualTo("http");
        assertThat(rig.log.bodies().getFirst().at("/tocsin/format").asString()).isEqualTo("json");
    }

    @Test
    void onlyTheFirstTenErrorsAreListed() {
        Reply reply = rig.post("/ingest/app", "x\n".repeat(50));
        assertThat(reply.json().path("dead").asInt()).isEqualTo(50);
        assertThat(reply.json().path("errors").size()).isEqualTo(10);
        assertThat(rig.log.dead()).hasSize(50);
    }

    @Test
    void anArrayOfObjectsIsTakenApart() {
        Reply reply = rig.post("/ingest/app", " [ {\"a\":[1,{}]} , 7, {\"b\":\"]\"} ] ");
        assertThat(reply.json().path("accepted").asInt()).isEqualTo(2);
        assertThat(rig.log.originals()).containsExactly("{\"a\":[1,{}]}", "{\"b\":\"]\"}");
        assertThat(rig.log.deadOriginals()).containsExactly("7");
        reply = rig.post("/ingest/app", "[{\"c\":1},{\"d\":");
        assertThat(reply.json().path("accepted").asInt()).isEqualTo(1);
        assertThat(rig.log.deadOriginals().getLast()).isEqualTo(",{\"d\":");
        assertThat(rig.post("/ingest/app", "[]").code()).isEqualTo(5);
    }

    @Test
    void aSourceOfAnotherFormatTakesAnyLine() {
        Reply reply = rig.post("/ingest/text", "anything\n[not an array");
        assertThat(reply.json().path("accepted").asInt()).isEqualTo(2);
        assertThat(rig.log.originals()).containsExactly("anything", "[not an array");
    }

    @Test
    void aSourcesIdFieldNamesItsEvents() {
        rig.post("/ingest/numbered",
                "{\"winlog\":{\"record_id\":77},\"x\":1}\n{\"winlog.record_id\":\"78\"}\n{\"x\":1}");
        rig.post("/ingest/numbered", "{\"winlog\":{\"record_id\":77},\"x\":2}");
        assertThat(rig.log.ids()).hasSize(3).contains(EventId.ofVendor("acme", "numbered", "77"),
                EventId.ofVendor("acme", "numbered", "78"));
        assertThat(rig.log.events().getFirst().logSource().product()).isEqualTo("windows");
    }

    @Test
    void aSourceNameThatIsAPathIsRefused() {
        for (String name : new String[]{"../x", "a/b", "", ".x", "a b", "x".repeat(65)}) {
            assertThat(rig.post("/ingest/" + name, "{}").status()).isEqualTo(404);
        }
        assertThat(rig.log.size()).isZero();
    }

    @Test
    void compressedBodiesAreUnpacked() throws IOException {
        byte[] body = "{\"a\":1}\n".getBytes(StandardCharsets.UTF_8);
        assertThat(rig.post("/ingest/app", HttpRig.gzip(body), "Content-Encoding", "gzip").status()).isEqualTo(200);
        assertThat(rig.post("/ingest/app", deflate(body, false), "Content-Encoding", "deflate").status())
                .isEqualTo(200);
        assertThat(rig.post("/ingest/app", deflate(body, true), "content-encoding", "Deflate").status())
                .isEqualTo(200);
        assertThat(rig.log.size()).isEqualTo(3);
        assertThat(rig.post("/ingest/app", body, "Content-Encoding", "br").status()).isEqualTo(415);
        assertThat(rig.log.size()).isEqualTo(3);
    }

    private static byte[] deflate(byte[] body, boolean bare) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream d = new DeflaterOutputStream(out, new Deflater(9, bare))) {
            d.write(body);
        }
        return out.toByteArray();
    }

    @Test
    void damagedCompressionAnswers400AndIsKeptAsItCame() {
        byte[] good = HttpRig.gzip("{\"a\":1}\n".repeat(1000).getBytes(StandardCharsets.UTF_8));
        byte[] cut = Arrays.copyOf(good, good.length - 9);
        byte[] flipped = good.clone();
        flipped[good.length / 2] ^= 0x55;
        for (byte[] bad : new byte[][]{cut, flipped, "no gzip".getBytes(StandardCharsets.UTF_8)}) {
            Reply reply = rig.post("/ingest/app", bad, "Content-Encoding", "gzip");
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.text()).contains("cannot be unpacked");
        }
        assertThat(rig.log.size()).isZero();
        assertThat(rig.log.dead()).hasSize(3);
        assertThat(dev.tocsin.event.Json.read(rig.log.dead().getFirst().event().json())
                .at("/tocsin/original_base64").binaryValue()).isEqualTo(cut);
    }

    @Test
    void bombsAndLargeBodiesAreRefusedAndNothingIsKept() {
        byte[] zeros = new byte[3 << 20];
        Reply ratio = rig.post("/ingest/app", HttpRig.gzip(zeros), "Content-Encoding", "gzip");
        assertThat(ratio.status()).isEqualTo(413);
        assertThat(ratio.text()).contains("ratio_max");
        byte[] noise = new byte[5 << 20];
        Random random = new Random(1);
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (byte) (random.nextInt(8) == 0 ? random.nextInt(2) : 'a');
        }
        Reply size = rig.post("/ingest/app", HttpRig.gzip(noise), "Content-Encoding", "gzip");
        assertThat(size.status()).isEqualTo(413);
        assertThat(rig.post("/ingest/app", new byte[(1 << 20) + 1]).status()).isEqualTo(413);
        assertThat(rig.post("/ingest/app", "{}", "Content-Length", "99999999").status()).isEqualTo(413);
        assertThat(rig.log.calls()).isZero();
        assertThat(rig.intake.status().received()).isZero();
        assertThat(rig.intake.status().error()).contains("413");
        byte[] nested = HttpRig.gzip(HttpRig.gzip("{\"a\":1}".getBytes(StandardCharsets.UTF_8)));
        assertThat(rig.post("/ingest/app", nested, "Content-Encoding", "gzip").json().path("dead").asInt())
                .isEqualTo(1);
    }

    @Test
    void requestsUnderWayShareABoundedMemoryAndTheNextIsToldToWait() {
        rig.log.hold();
        String body = ("{\"x\":\"" + "y".repeat(1000) + "\"}\n").repeat(900);
        int status = 200;
        int accepted = 0;
        for (; status == 200 && accepted < 100; accepted++) {
            status = rig.post("/services/collector/raw?channel=c", body).status();
        }
        assertThat(status).isEqualTo(503);
        assertThat(accepted).isBetween(10, 20);
        rig.log.release();
        assertThat(rig.post("/services/collector/raw?channel=c", body).status()).isEqualTo(200);
    }

    @Test
    void aClientThatSendsTooSlowlyIsTurnedAway() {
        InputStream slow = new InputStream() {
            @Override
            public int read() {
                rig.now = rig.now.plus(Duration.ofSeconds(5));
                return '{';
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                into[offset] = (byte) read();
                return 1;
            }
        };
        assertThat(rig.intake.handle(rig.request("POST", "/ingest/app", slow)).status()).isEqualTo(408);
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }
        };
        assertThat(rig.intake.handle(rig.request("POST", "/ingest/app", broken)).status()).isEqualTo(400);
        assertThat(rig.log.calls()).isZero();
        rig.intake.close();
        assertThat(rig.intake.status().state()).isEqualTo("stopped");
    }

    @Test
    void anyBytesAreAnsweredAndNeverLostOnceAccepted() {
        Random random = new Random(42);
        byte[] alphabet = "{}[]\",:\\ntrue0123456789.eE- \n\u0000\u00ff\u0080event"
                .getBytes(StandardCharsets.ISO_8859_1);
        for (int round = 0; round < 5_000; round++) {
            byte[] body = new byte[1 + random.nextInt(60)];
            for (int i = 0; i < body.length; i++) {
                body[i] = alphabet[random.nextInt(alphabet.length)];
            }
            for (String path : new String[]{"/ingest/app", "/services/collector/event"}) {
                HttpIntake.Response r = rig.intake
                        .handle(rig.request("POST", path, new ByteArrayInputStream(body)));
                assertThat(r.status()).as("%s", Arrays.toString(body)).isIn(200, 400);
            }
        }
        assertThat(rig.intake.status().durable()).isEqualTo(rig.intake.status().received()).isPositive();
    }
}
