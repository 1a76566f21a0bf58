package dev.tocsin.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.log.ChangeLog.Change;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class TopicChangeLogTest {
    private static final Duration SOON = Duration.ofMinutes(2);

    private final String prefix = SharedBroker.newPrefix();
    private final List<ChangeLog> opened = new ArrayList<>();
    private DurableLog log;

    /** Notes all it is told. */
    private static final class Notes implements ChangeLog.Follower {
        private final List<String> said = new CopyOnWriteArrayList<>();

        @Override
        public void begin() {
            said.add("begin");
        }

        @Override
        public void change(Change change) {
            said.add(change.revision() + " " + text(change));
        }

        @Override
        public void current() {
            said.add("current");
        }

        @Override
        public void unreadable(String why) {
            said.add("unreadable");
        }
    }

    @BeforeEach
    void open() {
        log = SharedBroker.open(prefix, List.of());
    }

    @AfterEach
    void close() {
        opened.forEach(ChangeLog::close);
        log.close();
    }

    private ChangeLog changes() {
        ChangeLog changes = log.changeLog("control-test");
        opened.add(changes);
        return changes;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(Change change) {
        return new String(change.value(), StandardCharsets.UTF_8);
    }

    @Test
    void aChangeFollowsTheOneThatItsAuthorSaw() {
        ChangeLog here = changes();
        ChangeLog there = changes();
        assertThat(here.append(0, bytes("a"))).isEqualTo(1);
        assertThatThrownBy(() -> there.append(0, bytes("b"))).isInstanceOf(ChangeLog.ConflictException.class)
                .hasMessage("revision 0 was expected, but 1 is in force");
        assertThat(there.append(1, bytes("b"))).isEqualTo(2);
        // The first writer was thrown out meanwhile, and does not know of the second change.
        assertThatThrownBy(() -> here.append(1, bytes("c"))).isInstanceOf(ChangeLog.ConflictException.class)
                .hasMessage("revision 1 was expected, but 2 is in force");
        assertThat(here.append(2, bytes("c"))).isEqualTo(3);
        assertThat(there.last(2)).extracting(TopicChangeLogTest::text).containsExactly("b", "c");
        assertThat(there.last(10)).extracting(Change::revision).containsExactly(1L, 2L, 3L);
    }

    @Test
    void whoFollowsIsGivenWhatWasThereAndThenWhatComes() {
        ChangeLog writer = changes();
        Notes early = new Notes();
        changes().follow(early);
        await().atMost(SOON).until(() -> early.said.contains("current"));
        writer.append(0, bytes("a"));
        writer.append(1, bytes("b"));
        await().atMost(SOON).until(() -> early.said.size() == 4);
        assertThat(early.said).containsExactly("begin", "current", "1 a", "2 b");
        Notes late = new Notes();
        changes().follow(late);
        await().atMost(SOON).until(() -> late.said.size() == 4);
        assertThat(late.said).containsExactly("begin", "1 a", "2 b", "current");
    }

    /** Four writers who all want to be next: each revision is one writer's, and none is lost. */
    @Test
    void ofWritersWhoMeetOneWins() throws Exception {
        List<String> won = new CopyOnWriteArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int w = 0; w < 4; w++) {
            ChangeLog writer = changes();
            String name = "w" + w;
            threads.add(Thread.ofPlatform().start(() -> {
                long seen = 0;
                for (int i = 0; i < 12; i++) {
                    try {
                        seen = writer.append(seen, bytes(name + "/" + i));
                        won.add(seen + " " + name + "/" + i);
                    } catch (ChangeLog.ConflictException e) {
                        seen = e.revision();
                    } catch (LogException _) {
                        // It was thrown out again and again; the next attempt looks anew.
                        continue;
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        List<String> kept = changes().last(1000).stream().map(c -> c.revision() + " " + text(c)).toList();
        assertThat(kept).containsExactlyInAnyOrderElementsOf(won).isNotEmpty();
        for (int i = 0; i < kept.size(); i++) {
            assertThat(kept.get(i)).startsWith((i + 1) + " ");
        }
    }

    /** A topic that is gone answers nothing; whoever follows it must not take silence for peace. */
    @Test
    void aTopicThatIsGoneIsUnreadableUntilItIsBack() throws Exception {
        Notes notes = new Notes();
        ChangeLog followed = changes();
        followed.append(0, bytes("a"));
        followed.follow(notes);
        await().atMost(SOON).until(() -> notes.said.contains("current"));
        try (Admin admin = SharedBroker.clients().admin()) {
            admin.deleteTopics(List.of(prefix + "control-test")).all().get();
        }
        await().atMost(SOON).until(() -> notes.said.contains("unreadable"));
        notes.said.clear();
        ChangeLog again = changes();
        await().atMost(SOON).until(() -> {
            try {
                return again.append(0, bytes("b")) == 1;
            } catch (LogException _) {
                return false;
            }
        });
        await().atMost(SOON).until(() -> notes.said.contains("1 b") && notes.said.contains("current"));
    }
}
