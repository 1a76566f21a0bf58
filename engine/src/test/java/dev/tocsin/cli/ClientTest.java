package dev.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How every command that asks a node finds it, says who asks, and takes a refusal. */
class ClientTest {
    private FakeNode node;

    @BeforeEach
    void start() throws Exception {
        node = new FakeNode();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "top", "tap", "search", "audit", "health", "dead list", "stage pause match"})
    void aNodeThatDoesNotAnswerIsExitCodeThreeAndSaysWhatToDo(String command) throws Exception {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = socket.getLocalPort();
        }
        String[] arguments = (command + " --url http://127.0.0.1:" + nobody).split(" ");
        Run.Result result = new Run().command(arguments);
        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.out()).isEmpty();
        assertThat(result.notes()).isEqualTo("E301 nothing answers at http://127.0.0.1:" + nobody
                + " (connection refused)\n  start a node with `tocsin run` or `tocsin demo`,"
                + " or say where one is with --url\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"401|{}|1|E302 the node wants a token",
            "400|{\"error\":\"at 3: what\"}|2|E303 the node refuses: at 3: what",
            "404|{\"title\":\"Not found\",\"detail\":\"no such\",\"hint\":\"see it\"}|1|E303 the node refuses (HTTP 404): no such",
            "409|{\"title\":\"Odd\",\"detail\":\"\",\"hint\":\"see it\"}|1|(HTTP 409): Odd",
            "500|boom\u001B[2J|1|E303 the node refuses (HTTP 500): boom\uFFFD[2J",
            "503|<html>|3|E301 the node at", "200|<html>|3|is not a Tocsin node of this version",
            "200|[1, 2]|3|is not a Tocsin node of this version"})
    void aRefusalHasAnExitCodeAndTheNodesOwnWords(int status, String body, int exit, String note) {
        node.says("/api/v1/status", status, body);
        Run.Result result = new Run().command("status", "--url", node.url());
        assertThat(result.notes()).contains(note);
        assertThat(result.exit()).isEqualTo(exit);
        assertThat(result.out()).isEmpty();
    }

    @Test
    void theTokenComesFromTheOptionElseTheEnvironmentElseTheNodeDirectory(@TempDir Path data) throws Exception {
        Files.writeString(data.resolve("admin.token"), "from-file\n");
        node.says("/api/v1/checks", List.of());
        new Run().command("health", "--url", node.url());
        new Run().with("TOCSIN_DATA", data.toString()).command("health", "--url", node.url());
        new Run().command("health", "--url", node.url(), "--data", data.toString());
        new Run().with("TOCSIN_TOKEN", "from-env").command("health", "--url", node.url(), "--data", data.toString());
        new Run().with("TOCSIN_TOKEN", "from-env").command("health", "--url", node.url(), "--token", "from-option");
        assertThat(node.asked()).extracting(FakeNode.Asked::authorization).containsExactly("", "Bearer from-file",
                "Bearer from-file", "Bearer from-env", "Bearer from-option");
    }

    @Test
    void theAddressMayBeWrittenShort() {
        node.says("/api/v1/checks", List.of());
        assertThat(new Run().command("health", "--url", node.url().substring(7) + "/").exit()).isEqualTo(1);
        assertThat(node.asked()).hasSize(1);
        for (String wrong : List.of("ftp://x", "http://", "http://a b")) {
            assertThat(new Run().command("health", "--url", wrong).exit()).as(wrong).isEqualTo(2);
        }
    }
}
