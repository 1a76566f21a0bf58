package dev.tocsin.fabric.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.fabric.Gap;
import dev.tocsin.fabric.Message;
import dev.tocsin.fabric.PrefixSet;
import dev.tocsin.fabric.Routed;
import dev.tocsin.fabric.Topics;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FrameTest {
    private static final int MOST = 1 << 20;

    private static FrameReader reader(ByteArrayOutputStream bytes) {
        return new FrameReader(new ByteArrayInputStream(bytes.toByteArray()));
    }

    @Test
    void everythingComesOutAsItWentIn() throws Exception {
        Random random = new Random(7);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        FrameWriter out = new FrameWriter(bytes);
        List<Routed> all = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            UUID origin = new UUID(random.nextInt(5000), 1);
            byte[] raw = new byte[random.nextInt(8)];
            random.nextBytes(raw);
            String topic = Topics.text(raw) + "x".repeat(random.nextInt(100) == 0 ? 600 : 0);
            byte[] payload = new byte[random.nextInt(50) == 0 ? random.nextInt(100_000) : random.nextInt(50)];
            random.nextBytes(payload);
            Routed routed = random.nextInt(10) == 0
                    ? new Gap(topic, origin, random.nextLong(), random.nextLong(), random.nextLong())
                    : new Message(topic, origin, random.nextLong(), random.nextLong(), payload);
            all.add(routed);
            out.routed(routed);
        }
        Advert advert = new Advert(new UUID(1, 2), "näme", 7, true, List.of(new UUID(3, 4), new UUID(1, 2)),
                PrefixSet.of(
                        List.of("a", "b/")));
        advert.write(out);
        out.flush();
        FrameReader in = reader(bytes);
        for (Routed wanted : all) {
            Routed got = in.routed(in.next(MOST));
            if (wanted instanceof Message a && got instanceof Message b) {
                assertThat(b.topic()).isEqualTo(a.topic());
                assertThat(b.origin()).isEqualTo(a.origin());
                assertThat(b.sequence() == a.sequence() && b.ordinal() == a.ordinal()).isTrue();
                assertThat(Arrays.equals(b.payload(), a.payload())).isTrue();
            } else {
                assertThat(got).isEqualTo(wanted);
            }
        }
        assertThat(in.next(MOST)).isEqualTo(Frame.ADVERT);
        assertThat(Advert.read(in)).isEqualTo(advert);
    }

    @Test
    void whateverIsWrongIsAnErrorOfTheProtocol() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        FrameWriter out = new FrameWriter(bytes);
        out.routed(new Message("topic", new UUID(1, 1), 1, 1, new byte[100]));
        new Advert(new UUID(1, 2), "name", 7, false, List.of(new UUID(1, 2)), PrefixSet.of(List.of("a"))).write(out);
        out.begin(Frame.RESUME).fixed(1).number(5).end();
        out.flush();
        byte[] good = bytes.toByteArray();
        Random random = new Random(3);
        for (int i = 0; i < 50_000; i++) {
            byte[] bad = good.clone();
            for (int n = random.nextInt(1, 6); n > 0; n--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            readAll(new FrameReader(new ByteArrayInputStream(bad, 0, random.nextInt(bad.length + 1))));
        }
        assertThatThrownBy(() -> new FrameReader(new ByteArrayInputStream(new byte[]{127, 0, 0, 0, 1})).next(MOST))
                .isInstanceOf(ProtocolException.class).hasMessageContaining("at most");
    }

    private static void readAll(FrameReader in) {
        try {
            while (true) {
                Frame frame = in.next(MOST);
                switch (frame) {
                    case DATA, GAP -> in.routed(frame);
                    case ADVERT -> Advert.read(in);
                    case RESUME, START -> {
                        in.fixed();
                        in.number();
                    }
                    default -> in.number();
                }
            }
        } catch (IOException _) {
            // As it should be: nothing else may come out.
        }
    }
}
