package dev.tocsin.content;

import static dev.tocsin.content.ContentKit.SOON;
import static dev.tocsin.content.ContentKit.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.tocsin.health.Level;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Directories, git and HTTP, each with a real one. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FeedTest {
    private static final List<String> ALL = List.of("*");

    @TempDir
    Path directory;
    private ContentKit kit;
    private ContentKit.Node node;
    private Path rules;

    @BeforeEach
    void open() throws IOException {
        kit = new ContentKit(directory.resolve("nodes"));
        node = kit.node("n1").started();
        rules = Files.createDirectories(directory.resolve("rules"));
    }

    @AfterEach
    void close() {
        kit.close();
    }

    private ContentFeed feed(FeedConfig config) {
        ContentFeed feed = new ContentFeed(node.desk, config);
        feed.start();
        return feed;
    }

    private ContentFeed watched(boolean keepGood) {
        return feed(new DirectoryFeedConfig(rules, Duration.ofMillis(300), keepGood, ALL));
    }

    private void awaitIds(String... ids) {
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(node.exchanged).isNotEmpty();
            assertThat(node.exchanged.getLast().ruleset().rules()).extracting(r -> r.id()).containsExactly(ids);
        });
    }

    private void awaitCommit(String commit) {
        await().atMost(SOON).untilAsserted(() -> assertThat(node.commit()).isEqualTo(commit));
    }

    @Test
    void aDirectoryIsFollowedAndWhatIsBrokenInItIsSaidAndChangesNothing() throws IOException {
        Files.writeString(rules.resolve("a.yml"), rule(1, "alpha"));
        try (ContentFeed feed = watched(false)) {
            awaitIds(ContentKit.id(1));
            Files.createDirectories(rules.resolve("deep/er"));
            Files.writeString(rules.resolve("deep/er/b.yml"), rule(2, "beta"));
            awaitIds(ContentKit.id(1), ContentKit.id(2));
            Files.writeString(rules.resolve("c.yml"), "title: broken\n");
            await().atMost(SOON).untilAsserted(() -> {
                var verdict = ContentHealth.feed(feed);
                assertThat(verdict.level()).isEqualTo(Level.YELLOW);
                assertThat(verdict.message()).contains("c.yml:1 S104");
            });
            assertThat(node.desk.history(10)).hasSize(2);
            Files.delete(rules.resolve("c.yml"));
            await().atMost(SOON).untilAsserted(() -> assertThat(ContentHealth.feed(feed).level()).isEqualTo(
                    Level.GREEN));
            Files.delete(rules.resolve("a.yml"));
            awaitIds(ContentKit.id(2));
        }
    }

    @Test
    void whatSomebodyWentBackFromIsNotAnnouncedAgainUntilItChangesAlsoAfterARestart() throws IOException {
        Files.writeString(rules.resolve("a.yml"), rule(1, "alpha"));
        try (ContentFeed _ = watched(false)) {
            awaitIds(ContentKit.id(1));
            Files.writeString(rules.resolve("b.yml"), rule(2, "beta"));
            awaitIds(ContentKit.id(1), ContentKit.id(2));
            node.desk.rollback(null, List.of(), "ann", "");
            awaitIds(ContentKit.id(1));
        }
        try (ContentFeed again = watched(false)) {
            await().atMost(SOON).until(() -> !again.state().commit().isEmpty());
            assertThat(node.desk.history(10)).hasSize(3);
            Files.writeString(rules.resolve("c.yml"), rule(3, "gamma"));
            awaitIds(ContentKit.id(1), ContentKit.id(2), ContentKit.id(3));
        }
    }

    /** As the kubelet does it: a new directory, a new link, and the link renamed over the old one. */
    private void mount(int version, String name, String text) throws IOException {
        Path data = Files.createDirectories(rules.resolve("..2026_" + version));
        Files.writeString(data.resolve(name), text);
        Path link = rules.resolve("..data_tmp");
        Files.createSymbolicLink(link, Path.of(data.getFileName().toString()));
        Files.move(link, rules.resolve("..data"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void aMountedConfigMapIsFollowedThroughItsExchanges() throws IOException {
        mount(1, "a.yml", rule(1, "alpha"));
        Files.createSymbolicLink(rules.resolve("a.yml"), Path.of("..data/a.yml"));
        try (ContentFeed _ = watched(false)) {
            awaitIds(ContentKit.id(1));
            for (int i = 2; i < 6; i++) {
                mount(i, "a.yml", rule(i, "word" + i));
                awaitIds(ContentKit.id(i));
            }
        }
        assertThat(node.desk.history(10)).hasSize(5);
    }

    private void git(String... arguments) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of("git", "-C", rules.toString(), "-c",
                "user.name=Ann", "-c", "user.email=ann@example.com"));
        command.addAll(List.of(arguments));
        Process git = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(git.waitFor()).as(said).isZero();
    }

    @Test
    void whatIsCommittedToGitGoesLiveUnderItsCommit() throws Exception {
        git("init", "-q", "-b", "main");
        Files.createDirectories(rules.resolve("detections"));
        Files.writeString(rules.resolve("detections/a.yml"), rule(1, "alpha"));
        Files.writeString(rules.resolve("other.yml"), "no: rule\n");
        git("add", "-A");
        git("commit", "-q", "-m", "one");
        try (ContentFeed _ = feed(new GitFeedConfig(rules, "HEAD", "detections", Duration.ofMillis(100), false, ALL))) {
            awaitIds(ContentKit.id(1));
            awaitCommit(new GitTree(rules).commit("main"));
            assertThat(node.commit()).hasSize(40);
            Files.writeString(rules.resolve("detections/b.yml"), rule(2, "beta"));
            git("add", "-A");
            assertThat(node.desk.history(10)).hasSize(1);
            git("commit", "-q", "-m", "two");
            awaitIds(ContentKit.id(1), ContentKit.id(2));
            awaitCommit(new GitTree(rules).commit("HEAD"));
            git("reset", "-q", "--hard", "HEAD~1");
            awaitIds(ContentKit.id(1));
        }
    }

    @Test
    void anAddressIsAskedAndNothingIsSentWhileNothingChanges() throws Exception {
        AtomicReference<ContentTree> served = new AtomicReference<>(ContentKit.tree("", "a.yml", rule(1, "alpha")));
        AtomicInteger unchanged = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/rules.zip", exchange -> {
            String tag = "\"" + System.identityHashCode(served.get()) + "\"";
            exchange.getResponseHeaders().set("ETag", tag);
            if (tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
                unchanged.incrementAndGet();
                exchange.sendResponseHeaders(304, -1);
            } else {
                ByteArrayOutputStream zip = new ByteArrayOutputStream();
                served.get().zip(zip);
                exchange.sendResponseHeaders(200, zip.size());
                zip.writeTo(exchange.getResponseBody());
            }
            exchange.close();
        });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/rules.zip";
        try (ContentFeed feed = feed(new HttpFeedConfig(url, null, Duration.ofMillis(100), false, ALL))) {
            awaitIds(ContentKit.id(1));
            await().atMost(SOON).until(() -> unchanged.get() > 3);
            served.set(ContentKit.with(served.get(), "", "b.yml", rule(2, "beta")));
            awaitIds(ContentKit.id(1), ContentKit.id(2));
            assertThat(node.desk.history(10)).hasSize(2);
            server.stop(0);
            await().atMost(SOON).untilAsserted(() -> assertThat(ContentHealth.feed(feed).message()).contains(
                    "cannot be looked at"));
            assertThat(node.exchanged).hasSize(2);
        } finally {
            server.stop(0);
        }
    }
}
