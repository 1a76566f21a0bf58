package dev.tocsin.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.log.Commit;
import dev.tocsin.log.Events;
import dev.tocsin.log.FakeOutput;
import dev.tocsin.log.FakeState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class StdoutSinkTest {
    private static final String ALERT = """
            {"rule":{"title":"Whoami","level":"high"},"event":{"kind":"alert"},"host":{"name":"WS01"},\
            "user":{"name":"al\\u001b[2Jice"},"summary":"alice ran\\nwhoami \\u202e on WS01"}""";
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();

    private String shown(SinkFormat format, boolean colour, String body) throws IOException {
        StdoutSink sink = new StdoutSink(screen, format, colour, new SinkCounts());
        sink.assigned(0, new FakeState());
        FakeOutput out = new FakeOutput();
        sink.handle(0, List.of(Events.event(1, body)), out);
        assertThat(screen.size()).isZero();
        assertThat(out.calls()).containsExactly("done");
        sink.flush(Commit.NONE);
        return screen.toString(StandardCharsets.UTF_8);
    }

    @Test
    void anAlertIsOneReadableLineInWhichNothingFromOutsideCanActOnTheTerminal() throws IOException {
        assertThat(shown(SinkFormat.TEXT, false, ALERT)).isEqualTo(
                "2026-03-04 05:06:07  HIGH      Whoami  al\uFFFD[2Jice@WS01  alice ran whoami \uFFFD on WS01\n");
    }

    @Test
    void levelsHaveColours() throws IOException {
        assertThat(shown(SinkFormat.TEXT, true, ALERT)).contains("\u001b[31mHIGH    \u001b[0m")
                .contains("\u001b[1mWhoami\u001b[0m");
    }

    @Test
    void anEventIsALineTooAndJsonIsJson() throws IOException {
        assertThat(shown(SinkFormat.TEXT, false, "{\"message\":\"hi\",\"host\":{\"name\":\"h\"}}"))
                .isEqualTo("2026-03-04 05:06:07  fw  h  hi\n");
        screen.reset();
        assertThat(shown(SinkFormat.JSON, true, "{\"a\":1}")).startsWith("{\"a\":1,\"tocsin\":{\"id\":")
                .endsWith("}\n");
    }

    @Test
    void colourIsForTerminalsWhoseUserDidNotSayNo() {
        assertThat(StdoutSink.colour(true, "")).isTrue();
        assertThat(StdoutSink.colour(true, "1")).isFalse();
        assertThat(StdoutSink.colour(false, "")).isFalse();
    }

    @Test
    void aFailedBatchIsForgottenAndABrokenPipeFailsTheFlush() throws IOException {
        StdoutSink sink = new StdoutSink(screen, SinkFormat.TEXT, false, new SinkCounts());
        sink.assigned(0, new FakeState());
        sink.handle(0, List.of(Events.event(1, "{\"message\":\"a\"}")), new FakeOutput());
        sink.assigned(0, new FakeState());
        sink.handle(0, List.of(Events.event(1, "{\"message\":\"b\"}")), new FakeOutput());
        sink.flush(Commit.NONE);
        assertThat(screen.toString(StandardCharsets.UTF_8)).endsWith("  b\n").doesNotContain("  a\n");
        StdoutSink broken = new StdoutSink(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        }, SinkFormat.TEXT, false, new SinkCounts());
        broken.handle(0, List.of(Events.event(1, "{}")), new FakeOutput());
        assertThatThrownBy(() -> broken.flush(Commit.NONE)).hasMessage("Broken pipe");
    }
}
