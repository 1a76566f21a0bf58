package dev.tocsin.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Every program in examples/fabric runs and prints what docs/tasks/fabric-java.md says. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@Isolated
class FabricExamplesTest {
    @TempDir
    private static Path classes;
    private static final PrintStream OUT = System.out;
    private static final ByteArrayOutputStream PRINTED = new ByteArrayOutputStream();
    private static URLClassLoader loader;

    @BeforeAll
    static void compile() throws Exception {
        Path here = Path.of("").toAbsolutePath();
        Path examples = (Files.isDirectory(here.resolve("examples")) ? here : here.getParent())
                .resolve("examples/fabric");
        List<String> arguments = new ArrayList<>(List.of("-parameters", "-d", classes.toString(), "-cp",
                System.getProperty("java.class.path"), "-proc:none"));
        try (Stream<Path> files = Files.list(examples)) {
            files.map(Path::toString).filter(f -> f.endsWith(".java")).forEach(arguments::add);
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assertThat(compiler.run(null, null, null, arguments.toArray(String[]::new))).isZero();
        loader = new URLClassLoader(new URL[]{classes.toUri().toURL()}, FabricExamplesTest.class.getClassLoader());
        System.setOut(new PrintStream(PRINTED, true, StandardCharsets.UTF_8));
    }

    @AfterAll
    static void restore() throws Exception {
        System.setOut(OUT);
        loader.close();
    }

    /** What they print, without what is logged. */
    private static List<String> run(String... programs) throws Exception {
        PRINTED.reset();
        String address;
        try (ServerSocket socket = new ServerSocket(0)) {
            address = "127.0.0.1:" + socket.getLocalPort();
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<Void>> running = new ArrayList<>();
            for (String program : programs) {
                running.add(CompletableFuture.runAsync(() -> main(program, address), threads));
            }
            for (CompletableFuture<Void> each : running) {
                each.get(2, TimeUnit.MINUTES);
            }
        }
        return PRINTED.toString(StandardCharsets.UTF_8).lines().filter(l -> !l.matches("\\d\\d:\\d\\d:\\d\\d\\..*"))
                .toList();
    }

    private static void main(String program, String address) {
        try {
            var main = loader.loadClass(program).getDeclaredMethod("main", String[].class);
            main.setAccessible(true);
            main.invoke(null, (Object) new String[]{address});
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(program, e);
        }
    }

    @Test
    void peers() throws Exception {
        assertThat(run("ConnectingListener", "ConnectingConnector")).containsExactlyInAnyOrder("peer_added connector",
                "peer_added listener", "peer_removed connector");
    }

    @Test
    void events() throws Exception {
        List<String> lines = run("EventsListener", "EventsConnector");
        assertThat(lines.stream().filter(l -> l.startsWith("got my_event"))).containsExactly("got my_event hi 0",
                "got my_event made once 1", "got my_event made once 1", "got my_event bye 2");
        assertThat(lines.stream().filter(l -> l.contains("auto"))).containsExactlyInAnyOrder(
                "raised my_auto_event stuff 88", "got my_auto_event stuff 88", "raised my_auto_event more stuff 51",
                "got my_auto_event more stuff 51");
    }

    @Test
    void stores() throws Exception {
        assertThat(run("StoresListener", "StoresConnector")).containsExactlyInAnyOrder("four keys put", "one is 110",
                "two is set[1, 2, 3]", "was there no new one? false", "vec[1] is 2",
                "short: no_such_key: the key is not there", "one is now 111");
    }

    @Test
    void logs() throws Exception {
        assertThat(run("LogsAtLoggers")).containsExactly("testlog [first, 1]", "testlog [second, 2]", "kept: true");
    }

    @Test
    void managerToWorkers() throws Exception {
        assertThat(run("ManagerToWorkers")).containsExactlyInAnyOrder("worker-1 got event from manager: hello v0",
                "worker-2 got event from manager: hello v0");
    }

    @Test
    void workerToManager() throws Exception {
        assertThat(run("WorkerToManager")).containsExactlyInAnyOrder("got event from worker worker-1",
                "got event from worker worker-2");
    }

    @Test
    void workerToWorkers() throws Exception {
        assertThat(run("WorkerToWorkers")).containsExactlyInAnyOrder("worker-2 got event from worker worker-1",
                "worker-1 got event from worker worker-1 (via manager)",
                "worker-2 got event from worker worker-1 (via manager)",
                "worker-1 got event from worker worker-1 (via a proxy)",
                "worker-2 got event from worker worker-1 (via a proxy)");
    }

    @Test
    void workerToProxies() throws Exception {
        assertThat(run("WorkerToProxies")).hasSize(2).allMatch(l -> l.matches("proxy-[12] got [45]\\d\\d of 1000"));
    }

    @Test
    void namespaces() throws Exception {
        assertThat(run("Namespaces")).containsExactly(
                "nothing handles the event my_event; did you mean MyModule::my_event?", "got my event");
    }
}
