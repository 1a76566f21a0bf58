package dev.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher in a small tree of its own, with a JDK that only repeats its arguments and a Maven that only pretends. */
class LauncherTest {
    private static final List<String> TOOLS = List.of("bash", "cat", "date", "dirname", "env", "find", "flock", "grep",
            "head", "mkdir", "mktemp", "mv", "readlink", "rm", "rmdir", "sed", "sleep", "tail", "touch");

    @TempDir
    private Path directory;
    private Path tree = Path.of("");
    private Path tools = Path.of("");
    private Path jdk = Path.of("");

    private record Result(int exit, List<String> out, String notes) {
    }

    @BeforeEach
    void plant() throws Exception {
        tree = Files.createDirectories(directory.resolve("a tree with 'blanks'"));
        Files.copy(Path.of("..", "tocsin").toAbsolutePath(), tree.resolve("tocsin"));
        Files.setPosixFilePermissions(tree.resolve("tocsin"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectories(tree.resolve("engine/src/main/java"));
        for (String file : List.of("pom.xml", "engine/pom.xml", "engine/src/main/java/A.java")) {
            Files.writeString(tree.resolve(file), "");
        }
        tools = Files.createDirectories(directory.resolve("tools"));
        for (String tool : TOOLS) {
            for (String bin : List.of("/usr/bin/", "/bin/")) {
                if (Files.exists(Path.of(bin + tool)) && !Files.exists(tools.resolve(tool))) {
                    script(tools.resolve(tool), "exec " + bin + tool + " \"$@\"\n");
                }
            }
        }
        script(tools.resolve("mvn"), """
                echo "$JAVA_HOME $*" >> calls
                while [ -f hold ]; do sleep 0.05; done
                if [ -f broken ]; then echo "[ERROR] A.java:[1,1] no"; exit 1; fi
                mkdir -p engine/target/lib && : >> engine/target/tocsin.jar
                """);
        jdk = directory.resolve("my jdk");
        script(jdk.resolve("bin/java"), """
                printf '%s\\n' "$@"
                for a in "$@"; do case $a in -XX:AOTCacheOutput=*) : > "${a#*=}" ;; esac; done
                """);
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"25.0.3\"\n");
    }

    private static void script(Path file, String body) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + body);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Process start(Path launcher, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", tools.toString());
        builder.environment().put("TOCSIN_JAVA_HOME", jdk.toString());
        builder.environment().putAll(environment);
        builder.redirectError(Files.createTempFile(directory, "notes", "").toFile());
        return builder.start();
    }

    private Result run(Map<String, String> environment, String... arguments) throws Exception {
        return run(tree.resolve("tocsin"), environment, arguments);
    }

    private Result run(Path launcher, Map<String, String> environment, String... arguments) throws Exception {
        List<Path> before = notes();
        Process process = start(launcher, environment, arguments);
        List<String> out = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                .lines().toList();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        List<Path> after = new ArrayList<>(notes());
        after.removeAll(before);
        return new Result(process.exitValue(), out, Files.readString(after.getFirst()));
    }

    private List<Path> notes() throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(f -> f.getFileName().toString().startsWith("notes")).toList();
        }
    }

    private boolean said(String words) throws IOException {
        for (Path note : notes()) {
            if (Files.readString(note).contains(words)) {
                return true;
            }
        }
        return false;
    }

    private List<String> builds() throws IOException {
        Path calls = tree.resolve("calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    @Test
    void itBuildsOnceAndThenOnlyWhenASourceIsNewer() throws Exception {
        Result first = run(Map.of(), "status", "--url", "a b");
        assertThat(first.notes()).startsWith("building tocsin;").contains("\nbuilt in ");
        assertThat(first.exit()).isZero();
        assertThat(first.out()).containsSubsequence("-Dtocsin.home=" + tree.toRealPath(),
                "-Dtocsin.stdout.tty=false", "-Dtocsin.stderr.tty=false", "-cp",
                tree.toRealPath() + "/engine/target/tocsin.jar:" + tree.toRealPath() + "/engine/target/lib/*",
                "dev.tocsin.cli.Tocsin", "status", "--url", "a b");
        assertThat(run(Map.of(), "status").notes()).isEmpty();
        assertThat(builds())
                .containsExactly(jdk + " -q -B -pl engine -am package -Dmaven.test.skip=true -Dspotless.check.skip");
        Files.setLastModifiedTime(tree.resolve("engine/src/main/java/A.java"),
                FileTime.from(Instant.now().plusSeconds(5)));
        assertThat(run(Map.of(), "status").notes()).contains("built in ");
        assertThat(builds()).hasSize(2);
    }

    @Test
    void itIsFoundThroughLinksFromAnywhere() throws Exception {
        Path near = Files.createSymbolicLink(tree.resolve("near"), Path.of("tocsin"));
        Path far = Files.createSymbolicLink(directory.resolve("far"), near);
        assertThat(run(far, Map.of(), "--help").out()).contains("-Dtocsin.home=" + tree.toRealPath(), "--help");
    }

    @Test
    void eachKindOfCommandHasItsFlags() throws Exception {
        Map<String, String> heap = Map.of("TOCSIN_HEAP", "3g", "TOCSIN_JAVA_OPTS", "-Da=1 -Db=2");
        assertThat(run(Map.of(), "run").out()).contains("-Xmx1g", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
        assertThat(run(heap, "demo").out()).contains("-Xmx3g", "-Da=1", "-Db=2").doesNotContain("-Xmx1g");
        assertThat(run(heap, "--trace", "rules", "match").out()).contains("-Xmx3g")
                .doesNotContain("-XX:TieredStopAtLevel=1");
        assertThat(run(heap, "top").out()).contains("-Xmx512m", "-XX:TieredStopAtLevel=1");
        assertThat(run(Map.of()).exit()).isZero();
    }

    @Test
    void aBuildIsFollowedByWhatMakesStartsFast() throws Exception {
        String cache = "-XX:AOTCache=" + tree.toRealPath() + "/engine/target/tocsin.aot";
        assertThat(run(Map.of("TOCSIN_WARM", "no"), "run").out()).doesNotContain(cache);
        assertThat(run(Map.of(), "run").out()).doesNotContain(cache);
        Result warm = run(Map.of(), "warm");
        assertThat(warm.exit()).isZero();
        assertThat(warm.out()).isEmpty();
        assertThat(warm.notes()).contains("preparing a fast start", "prepared in ");
        assertThat(run(Map.of(), "run").out()).contains(cache);
        assertThat(run(Map.of(), "status").out()).doesNotContain(cache);
        Files.setLastModifiedTime(tree.resolve("engine/target/tocsin.jar"),
                FileTime.from(Instant.now().plusSeconds(5)));
        assertThat(run(Map.of(), "run").out()).doesNotContain(cache);
        Files.setLastModifiedTime(tree.resolve("pom.xml"), FileTime.from(Instant.now().plusSeconds(9)));
        Result first = run(Map.of(), "demo");
        assertThat(first.notes()).contains("built in ", "prepared in ");
        assertThat(first.out()).contains("demo");
    }

    @Test
    void aFastStartThatCannotBePreparedIsNoFailure() throws Exception {
        script(jdk.resolve("bin/java"), "echo cannot; exit 3\n");
        assertThat(run(Map.of(), "warm").exit()).isEqualTo(1);
        Result demo = run(Map.of(), "demo");
        assertThat(demo.exit()).isEqualTo(3);
        assertThat(demo.out()).containsExactly("cannot");
        assertThat(Files.readString(tree.resolve("engine/target/warm.log"))).contains("cannot");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void twoStartsAtOnceBuildOnce(boolean withFlock) throws Exception {
        if (!withFlock) {
            Files.deleteIfExists(tools.resolve("flock"));
        }
        Files.writeString(tree.resolve("hold"), "");
        Process one = start(tree.resolve("tocsin"), Map.of(), "status");
        await().until(() -> builds().size() == 1);
        Process two = start(tree.resolve("tocsin"), Map.of(), "status");
        await().until(() -> said("another start is building"));
        Files.delete(tree.resolve("hold"));
        assertThat(one.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(two.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(List.of(one.exitValue(), two.exitValue())).containsOnly(0);
        assertThat(builds()).hasSize(1);
    }

    @Test
    void theLockOfADeadBuildIsTakenAway() throws Exception {
        Files.deleteIfExists(tools.resolve("flock"));
        Path lock = Files.createDirectories(tree.resolve("engine/target/.build-lock.d"));
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Files.writeString(lock.resolve("pid"), String.valueOf(dead.pid()));
        assertThat(run(Map.of(), "status").exit()).isZero();
        assertThat(builds()).hasSize(1);
        assertThat(lock).doesNotExist();
    }

    @Test
    void aFailedBuildIsShownAndNothingIsStarted() throws Exception {
        Files.writeString(tree.resolve("broken"), "");
        Result result = run(Map.of(), "status");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.notes()).contains("the build failed", "build.log", "[ERROR] A.java:[1,1] no");
    }

    @Test
    void withoutMavenItSaysSo() throws Exception {
        Files.delete(tools.resolve("mvn"));
        Result result = run(Map.of(), "status");
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.notes()).contains("there is no Maven: apt install maven");
    }

    @Test
    void withoutAJdkItSaysWhereItLookedAndHowToGetOne() throws Exception {
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"21.0.2\"\n");
        Result result = run(Map.of(), "status");
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.notes()).contains("needs a JDK 25", "not one: " + jdk + " (Java 21.0.2)",
                "apt install temurin-25-jdk", "export TOCSIN_JAVA_HOME=");
        assertThat(builds()).isEmpty();
    }

    @Test
    void aJdkIsFoundByJavaHomeOrThePath() throws Exception {
        Map<String, String> none = Map.of("TOCSIN_JAVA_HOME", "");
        Files.createSymbolicLink(tools.resolve("java"), jdk.resolve("bin/java"));
        assertThat(run(none, "status").out()).contains("dev.tocsin.cli.Tocsin");
        Path other = directory.resolve("other");
        script(other.resolve("bin/java"), "echo other\n");
        Files.writeString(other.resolve("release"), "JAVA_VERSION=\"25\"\n");
        assertThat(run(Map.of("TOCSIN_JAVA_HOME", "", "JAVA_HOME", other.toString()), "status").out())
                .containsExactly("other");
    }
}
