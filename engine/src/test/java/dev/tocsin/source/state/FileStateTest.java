package dev.tocsin.source.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.source.state.FencedState.Term;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStateTest extends FencedStateContract {
    @TempDir
    Path directory;

    @Override
    FencedState open(Duration lease) {
        return States.open("halo", new FileStateConfig(directory));
    }

    @Override
    void restartStore() {
        // A disk does not restart.
    }

    @Test
    void whatAWriteThatDiedLeftBehindIsNotRead() throws IOException {
        Term term = lead(opened(LONG));
        term.write("{\"n\":1}");
        Files.writeString(directory.resolve("halo.state.new"), "99\n{\"n\":");
        term.close();
        assertThat(lead(opened(LONG)).document()).isEqualTo("{\"n\":1}");
    }

    @Test
    void whoGotPastTheLockIsFoundOutAtItsNextWrite() throws IOException {
        Term term = lead(opened(LONG));
        term.write("{\"n\":1}");
        Files.delete(directory.resolve("halo.lock"));
        Term other = lead(opened(LONG));
        assertThatThrownBy(() -> term.write("{\"n\":2}")).isInstanceOf(FencedException.class);
        assertThat(term.isHeld()).isFalse();
        other.write("{\"n\":3}");
        other.close();
        assertThat(lead(opened(LONG)).document()).isEqualTo("{\"n\":3}");
    }

    @Test
    void anotherProcessStandsByUntilThisOneIsKilled() throws Exception {
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), FileStateChild.class.getName(), directory.toString())
                .redirectErrorStream(true).start();
        try (var says = child.inputReader()) {
            assertThat(says.readLine()).isEqualTo("leads");
            FencedState here = opened(LONG);
            assertThat(here.tryLead()).isEmpty();
            child.destroyForcibly().onExit().join();
            Term term = lead(here);
            assertThat(term.document()).isEqualTo("{\"child\":true}");
            assertThat(term.epoch()).isEqualTo(2);
        } finally {
            child.destroyForcibly();
        }
    }

    @Test
    void aFileOfSomebodyElseIsNotTakenForState() throws IOException {
        Files.writeString(directory.resolve("halo.state"), "key|2026-01-01T00:00:00Z\n");
        assertThatThrownBy(() -> opened(LONG).tryLead()).isInstanceOf(IOException.class)
                .hasMessageContaining("move it away");
    }
}
