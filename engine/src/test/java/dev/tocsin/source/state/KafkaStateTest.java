package dev.tocsin.source.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.log.DurableLog;
import dev.tocsin.log.Events;
import dev.tocsin.log.IntakeIds;
import dev.tocsin.log.SharedBroker;
import dev.tocsin.source.state.KafkaState.LogTerm;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KafkaStateTest extends LeaseContract {
    private DurableLog log;

    @BeforeEach
    void openLog() {
        log = SharedBroker.open(SharedBroker.newPrefix(), List.of());
    }

    @AfterEach
    void closeLog() {
        log.close();
    }

    @Override
    FencedState open(Duration lease) {
        return States.open("halo", new KafkaStateConfig(lease), log);
    }

    @Override
    void restartStore() {
        // What is committed outlives the broker: CrashTest and the drills show it.
    }

    @Test
    void eventsGoInWithTheirDocumentAndNothingOfAStaleLeaderDoes() throws IOException {
        KafkaState one = States.inLog("halo", new KafkaStateConfig(SHORT), log);
        KafkaState other = States.inLog("halo", new KafkaStateConfig(SHORT), log);
        LogTerm stale = (LogTerm) lead(one);
        stale.append(Events.range(0, 20), List.of(), "{\"n\":20}");
        LogTerm term = (LogTerm) lead(other);
        assertThat(term.document()).isEqualTo("{\"n\":20}");
        assertThatThrownBy(() -> stale.append(Events.range(20, 30), List.of(), "{\"n\":30}"))
                .isInstanceOf(FencedException.class);
        one.close();
        other.close();
        assertThat(IntakeIds.of(log)).hasSize(20);
    }
}
