package dev.tocsin.content;

import static dev.tocsin.content.ContentKit.SOON;
import static dev.tocsin.content.ContentKit.byNode;
import static dev.tocsin.content.ContentKit.id;
import static dev.tocsin.content.ContentKit.request;
import static dev.tocsin.content.ContentKit.rule;
import static dev.tocsin.content.ContentKit.tests;
import static dev.tocsin.content.ContentKit.tree;
import static dev.tocsin.content.ContentKit.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.health.Level;
import dev.tocsin.log.Blobs;
import dev.tocsin.log.LogException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bundles on their way through a real log. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ContentDeskTest {
    private static final ContentTree ONE = tree("c1", "a.yml", rule(1, "alpha"), "a.test.yml", tests("alpha", "beta"));
    private static final ContentTree TWO = with(ONE, "c2", "b.yml", rule(2, "beta"));
    private static final String BROKEN = rule(3, "gamma").replace("condition: s", "condition: nothing");

    @TempDir
    Path directory;
    private ContentKit kit;

    @BeforeEach
    void open() {
        kit = new ContentKit(directory);
    }

    @AfterEach
    void close() {
        kit.close();
    }

    private void awaitCommit(ContentKit.Node node, String commit) {
        await().atMost(SOON).untilAsserted(() -> assertThat(node.commit()).isEqualTo(commit));
    }

    @Test
    void whatIsPushedOnOneNodeRunsOnAllThatTrustItAndCanBeRolledBack() throws IOException {
        ContentKit.Node first = kit.node("n1").started();
        String key = first.desk.status().key();
        ContentKit.Node second = kit.node("n2", ContentKit.trusting(key), kit.log.blobs("control-content")).started();
        assertThat(first.commit()).isEqualTo("configured");
        PushOutcome one = first.desk.push(ONE, request("first"));
        assertThat(one.state()).isEqualTo("announced");
        assertThat(one.revision()).isEqualTo(1);
        assertThat(one.tests()).isEqualTo(2);
        PushOutcome two = first.desk.push(TWO, request("second"));
        assertThat(two.changed()).isEqualTo(1);
        awaitCommit(first, "c2");
        awaitCommit(second, "c2");
        assertThat(second.exchanged.getLast().ruleset().content()).isEqualTo("c2");
        assertThat(second.exchanged.getLast().ruleset().rules()).extracting(r -> r.id()).containsExactly(id(1), id(2));
        assertThat(first.desk.push(TWO, request("again")).state()).isEqualTo("unchanged");

        Announcement back = first.desk.rollback(null, List.of(), "bob", "too loud");
        assertThat(back.commit()).isEqualTo("c1");
        assertThat(back.revision()).isEqualTo(3);
        awaitCommit(first, "c1");
        awaitCommit(second, "c1");
        assertThat(first.desk.rollback("c2", List.of(), "bob", "").why()).isEqualTo("roll back to revision 2");
        awaitCommit(second, "c2");
        assertThat(first.desk.history(10)).extracting(a -> a.revision() + " " + a.commit() + " " + a.who() + " " + a
                .why()).containsExactly("4 c2 bob roll back to revision 2", "3 c1 bob too loud", "2 c2 ann second",
                        "1 c1 ann first");
        await().atMost(SOON).untilAsserted(() -> {
            ContentStatus.Engine status = byNode(first.desk.status()).get("n2");
            assertThat(status).isNotNull();
            assertThat(status.state()).isEqualTo("current");
            assertThat(status.running()).isEqualTo("c2");
            assertThat(status.runningRevision()).isEqualTo(4);
        });
        assertThatThrownBy(() -> first.desk.rollback("c9", List.of(), "bob", "")).hasMessageContaining("c9")
                .hasMessageContaining("c2, c1");
    }

    @Test
    void aBundleWithOneBadRuleIsRefusedWithFileLineAndReasonAndTheOldOneStays() throws IOException {
        ContentKit.Node node = kit.node("n1").started();
        node.desk.push(ONE, request("good"));
        awaitCommit(node, "c1");
        PushOutcome refused = node.desk.push(with(TWO, "c3", "sub/bad.yml", BROKEN), request("bad"));
        assertThat(refused.state()).isEqualTo("refused");
        assertThat(refused.refused()).hasSize(1);
        Refused bad = refused.refused().getFirst();
        assertThat(bad.file()).isEqualTo("sub/bad.yml");
        assertThat(bad.line()).isEqualTo(6);
        assertThat(bad.reason()).contains("nothing");
        assertThat(node.desk.history(10)).hasSize(1);
        assertThat(node.commit()).isEqualTo("c1");

        PushOutcome kept = node.desk.push(with(TWO, "c3", "sub/bad.yml", BROKEN), ContentKit.keepGood());
        assertThat(kept.state()).isEqualTo("announced");
        assertThat(kept.refused()).containsExactly(bad);
        awaitCommit(node, "c3");
        assertThat(node.exchanged.getLast().ruleset().rules()).extracting(r -> r.id()).containsExactly(id(1), id(2));
        assertThat(node.desk.history(1).getFirst().refused()).containsExactly(bad);
    }

    @Test
    void aRuleWhoseTestFailsIsRefusedAndLeftOutByKeepGood() throws IOException {
        ContentKit.Node node = kit.node("n1").started();
        ContentTree failing = with(TWO, "c3", "b.test.yml", tests("no such word", "gamma"));
        PushOutcome refused = node.desk.push(failing, request("fails"));
        assertThat(refused.state()).isEqualTo("refused");
        assertThat(refused.refused()).singleElement().satisfies(r -> {
            assertThat(r.file()).isEqualTo("b.test.yml");
            assertThat(r.line()).isEqualTo(2);
            assertThat(r.reason()).contains("must_fire 1").contains("must fire but does not");
            assertThat(r.rules()).containsExactly(id(2));
        });
        node.desk.push(failing, ContentKit.keepGood());
        awaitCommit(node, "c3");
        assertThat(node.exchanged.getLast().ruleset().rules()).extracting(r -> r.id()).containsExactly(id(1));
        // What was refused is looked at again, though it has not changed.
        assertThat(node.desk.push(with(failing, "c4", "c.yml", rule(4, "delta")), request("still")).refused()).hasSize(
                1);
    }

    @Test
    void whoIsNotTrustedIsRefusedAndSaidAndTheOldContentStays() throws IOException {
        ContentKit.Node first = kit.node("n1").started();
        ContentKit.Node stranger = kit.node("n2").started();
        first.desk.push(ONE, request("mine"));
        awaitCommit(first, "c1");
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(stranger.engine.running().problem()).isNotNull();
            assertThat(stranger.engine.running().problem().code()).isEqualTo("E431");
            assertThat(stranger.engine.running().problem().hint()).contains(first.desk.status().key());
        });
        assertThat(stranger.commit()).isEqualTo("configured");
        SigningKey other = SigningKey.generate(directory.resolve("ci.key"));
        Path bundle = directory.resolve("signed.zip");
        Bundle.pack(TWO, new dev.tocsin.sigma.RuleCache(), bundle);
        byte[] bytes = Files.readAllBytes(bundle);
        String sha256 = Hashes.sha256(bytes);
        assertThatThrownBy(() -> first.desk.push(new ByteArrayInputStream(bytes), new BundleSignature(other.publicKey()
                .text(), other.sign(sha256)), request("theirs"))).isInstanceOf(ContentException.class)
                .hasMessageContaining("E431");
        ContentKit.Node trusting = kit.node("n3", ContentKit.trusting(other.publicKey().text()), kit.log.blobs(
                "control-content")).started();
        assertThatThrownBy(() -> trusting.desk.push(new ByteArrayInputStream(bytes), new BundleSignature(other
                .publicKey().text(), first.desk.status().key()), request("forged"))).hasMessageContaining(
                        "signature of the bundle is wrong");
        trusting.desk.push(new ByteArrayInputStream(bytes), new BundleSignature(other.publicKey().text(), other.sign(
                sha256)), request("theirs"));
        awaitCommit(trusting, "c2");
    }

    /** A log in which chunks cannot be read. */
    private record Frozen(Blobs real) implements Blobs {
        @Override
        public Place put(String name, Path file) throws IOException {
            return real.put(name, file);
        }

        @Override
        public void get(String name, Place place, Path to) {
            throw new LogException("frozen");
        }

        @Override
        public void remove(String name, int chunks) {
            real.remove(name, chunks);
        }

        @Override
        public void close() {
            real.close();
        }
    }

    @Test
    void aNodeThatGetsNothingRaisesAnAlarmThatNamesItAndBothCommits() throws IOException {
        ContentKit.Node first = kit.node("n1").started();
        String key = first.desk.status().key();
        first.desk.push(ONE, request("one"));
        awaitCommit(first, "c1");
        ContentKit.Node frozen = kit.node("n2", ContentKit.trusting(key), new Frozen(kit.log.blobs("control-content")))
                .started();
        ContentKit.Node other = kit.node("n3", ContentKit.trusting(key), kit.log.blobs("control-content")).started();
        assertThat(ContentHealth.running(frozen.engine, frozen.desk).level()).isEqualTo(Level.YELLOW);
        kit.ahead = Duration.ofSeconds(21);
        for (ContentKit.Node who : List.of(first, other, frozen)) {
            await().atMost(SOON).untilAsserted(() -> {
                var verdict = ContentHealth.engines(who.desk.status());
                assertThat(verdict.level()).isEqualTo(Level.RED);
                assertThat(verdict.message()).contains("node n2").contains("runs content configured instead of c1")
                        .contains("frozen");
            });
        }
        var own = ContentHealth.running(frozen.engine, frozen.desk);
        assertThat(own.level()).isEqualTo(Level.RED);
        assertThat(own.message()).contains("node n2").contains("content configured").contains("instead of c1");
        assertThat(ContentHealth.running(other.engine, other.desk).level()).isEqualTo(Level.GREEN);
        frozen.close();
        await().atMost(SOON).untilAsserted(() -> assertThat(byNode(first.desk.status())).containsOnlyKeys("n1", "n3"));
        assertThat(ContentHealth.engines(first.desk.status()).level()).isEqualTo(Level.GREEN);
    }

    @Test
    void theLastGoodBundleRunsWithoutTheLogAndADamagedOneIsFetchedAgain() throws IOException {
        ContentKit.Node before = kit.node("n1").started();
        before.desk.push(ONE, request("one"));
        awaitCommit(before, "c1");
        before.close();
        ContentKit.Node after = kit.node("n1", ContentConfig.DEFAULT, new Frozen(kit.log.blobs("control-content")));
        after.engine.begin(Duration.ZERO);
        assertThat(after.commit()).isEqualTo("c1");
        assertThat(after.engine.running().fromDisk()).isTrue();
        assertThat(ContentHealth.running(after.engine, after.desk).message()).contains("runs content c1");
        after.engine.start();
        await().atMost(SOON).untilAsserted(() -> assertThat(after.engine.running().fromDisk()).isFalse());
        assertThat(after.exchanged).hasSize(1);
        after.close();

        Path zip;
        try (Stream<Path> files = Files.list(directory.resolve("n1/content"))) {
            zip = files.filter(f -> f.toString().endsWith(".zip")).findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(zip);
        bytes[bytes.length / 2] ^= 1;
        Files.write(zip, bytes);
        ContentKit.Node damaged = kit.node("n1").started();
        assertThat(damaged.commit()).isEqualTo("c1");
        assertThat(damaged.engine.running().fromDisk()).isFalse();
        assertThat(Hashes.sha256(zip)).isEqualTo(zip.getFileName().toString().replace(".zip", ""));
    }

    @Test
    void enginesThatAreNotNamedStayAsTheyAreAndOldBundlesLeaveTheLog() throws IOException {
        ContentKit.Node node = kit.node("n1").started();
        PushRequest green = new PushRequest(List.of("green"), "ann", "for green", false, false, Instant.now(), false);
        node.desk.push(ONE, green);
        assertThat(node.desk.desired("blue")).isEmpty();
        assertThat(node.desk.desired("green")).isPresent();
        for (int i = 0; i < 13; i++) {
            node.desk.push(with(ONE, "d" + i, "b.yml", rule(2, "word" + i)), request("number " + i));
        }
        awaitCommit(node, "d12");
        Blobs blobs = kit.log.blobs("control-content");
        List<Announcement> all = node.desk.history(20);
        Path to = directory.resolve("got");
        for (Announcement a : all) {
            int number = a.commit().equals("c1") ? -1 : Integer.parseInt(a.commit().substring(1));
            if (number >= 3) {
                blobs.get(a.bundle(), a.place(), to);
                assertThat(Hashes.sha256(to)).isEqualTo(a.bundle());
            } else {
                assertThatThrownBy(() -> blobs.get(a.bundle(), a.place(), to)).as(a.commit()).hasMessageContaining(
                        "not in the log any more");
            }
        }
        blobs.close();
    }
}
