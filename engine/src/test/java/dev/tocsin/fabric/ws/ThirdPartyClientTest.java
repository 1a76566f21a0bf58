package dev.tocsin.fabric.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tocsin.base.Endpoint;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.JsonValues;
import dev.tocsin.fabric.data.Value;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that others wrote: Debian's python3-websockets and Node's ws publish each type and read it back equal. */
class ThirdPartyClientTest {
    private static final List<String> EACH = List.of("\"none\",\"data\":{}", "\"boolean\",\"data\":true",
            "\"count\",\"data\":0",
            "\"count\",\"data\":9007199254740991", "\"integer\",\"data\":-42", "\"real\",\"data\":1.5",
            "\"real\",\"data\":-0.001",
            "\"string\",\"data\":\"\"",
            "\"string\",\"data\":\"gr\u00fc\u00df \ud83d\ude00 \\\"\\\\/ \\u0000\\u0001\\u000b\\u007f\\n\"",
            "\"address\",\"data\":\"10.0.0.1\"", "\"address\",\"data\":\"2001:db8::1\"",
            "\"subnet\",\"data\":\"10.0.0.0/8\"",
            "\"port\",\"data\":\"443/tcp\"", "\"timestamp\",\"data\":\"2024-01-02T03:04:05.678\"",
            "\"timespan\",\"data\":\"1500ms\"",
            "\"enum-value\",\"data\":\"Notice::LOG\"",
            "\"set\",\"data\":[{\"@data-type\":\"count\",\"data\":1},{\"@data-type\":\"string\",\"data\":\"x\"}]",
            "\"table\",\"data\":[{\"key\":{\"@data-type\":\"string\",\"data\":\"k\"},\"value\":{\"@data-type\":\"count\",\"data\":1}}]",
            "\"vector\",\"data\":[{\"@data-type\":\"vector\",\"data\":[{\"@data-type\":\"none\",\"data\":{}}]}]");

    @TempDir
    private Path spills = Path.of("unset");

    @Test
    void pythonWebsocketsReadsBackWhatItPublished() throws Exception {
        readsBack("python3-websockets", "client.py", "/usr/bin/python3");
    }

    @Test
    void nodeWsReadsBackWhatItPublished() throws Exception {
        readsBack("node-ws", "client.js", "node");
    }

    private void readsBack(String library, String script, String interpreter) throws Exception {
        boolean there = script.endsWith(".py")
                ? works(interpreter, "-c", "import websockets")
                : works(interpreter, "-e", "require('ws')");
        assumeTrue(there || "true".equals(System.getenv("CI")), "Debian's package " + library + " is not installed");
        assertThat(there).as("in CI %s must be installed", library).isTrue();
        byte[] odd = {(byte) 0xff, (byte) 0xfe, 0, 0x0b, (byte) 0xc3};
        try (Hub hub = new Hub("node", spills);
                WsServer server = new WsServer(new Endpoint("127.0.0.1", 0), WsConfig.DEFAULT, hub)) {
            String url = "ws://" + server.start() + Dialect.PATH;
            Path file = Path.of(Objects.requireNonNull(getClass().getResource("/clients/" + script)).toURI());
            Process client = started(interpreter, file.toString(), url);
            try (OutputStream in = client.getOutputStream()) {
                for (String each : EACH) {
                    in.write(("{\"type\":\"data-message\",\"topic\":\"/third/x\",\"@data-type\":" + each + "}\n")
                            .getBytes(StandardCharsets.UTF_8));
                }
            }
            List<String> said = new ArrayList<>();
            try (BufferedReader out = client.inputReader()) {
                said.add(String.valueOf(out.readLine()));
                hub.publish("/third", BinValues.write(Value.of(odd)));
                out.lines().forEach(said::add);
            }
            assertThat(client.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(client.exitValue()).as("%s", said).isZero();
            assertThat(said).hasSize(3);
            assertThat(said.get(0)).isEqualTo("equal " + EACH.size());
            assertThat(JsonValues.read(HexFormat.of().parseHex(said.get(1).substring(4)))).isEqualTo(Value.of(odd));
            assertThat(said.get(2)).isEqualTo("error deserialization_failed");
        }
    }

    private static boolean works(String... command) throws InterruptedException, URISyntaxException {
        try {
            Process process = started(command);
            return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static Process started(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("NODE_PATH", "/usr/share/nodejs:/usr/lib/nodejs");
        return builder.redirectErrorStream(true).start();
    }
}
