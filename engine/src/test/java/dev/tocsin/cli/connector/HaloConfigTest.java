package dev.tocsin.cli.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.node.ConnectorCheck;
import dev.tocsin.node.connector.ConnectorConfig;
import dev.tocsin.sink.FileSinkConfig;
import dev.tocsin.sink.SinkFormat;
import dev.tocsin.sink.StdoutSinkConfig;
import dev.tocsin.sink.SyslogSinkConfig;
import dev.tocsin.source.ApiSourceConfig;
import dev.tocsin.source.api.AuthConfig;
import dev.tocsin.source.state.FileStateConfig;
import dev.tocsin.source.state.RedisStateConfig;
import dev.tocsin.source.state.S3StateConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command lines of halo-event-connector mean what they meant. */
class HaloConfigTest {
    @TempDir
    Path directory;
    private Path auth = Path.of("");

    @BeforeEach
    void writeAuth() throws IOException {
        auth = Files.writeString(directory.resolve("halo.auth"), """
                # two accounts
                abc123|s3cret"with\\odd ${signs}

                def456|other
                """);
    }

    @Command
    private static final class Holder {
        @CommandLine.ArgGroup(exclusive = false)
        private HaloFlags flags = new HaloFlags();
    }

    private static HaloFlags flags(String... arguments) {
        Holder holder = new Holder();
        new CommandLine(holder).parseArgs(arguments);
        return holder.flags;
    }

    private static ConnectorConfig config(String... arguments) {
        ConnectorCheck.Read read = ConnectorCheck.parse(HaloConfig.yaml(flags(arguments), true), "flags");
        assertThat(read.problems()).noneMatch(p -> p.code().startsWith("E"));
        return Objects.requireNonNull(read.config());
    }

    private ApiSourceConfig account(ConnectorConfig config, String key) {
        return (ApiSourceConfig) Objects.requireNonNull(config.sources().get(key));
    }

    @Test
    void accountsKeepTheirSecretsWhateverIsInThem() {
        ConnectorConfig config = config("--auth=" + auth, "--threads=4", "--url=https://api.example.net", "--port=8443");
        assertThat(config.sources()).containsOnlyKeys("abc123", "def456");
        ApiSourceConfig one = account(config, "abc123");
        assertThat(((AuthConfig.Oauth2) one.auth()).clientSecret().value()).isEqualTo("s3cret\"with\\odd ${signs}");
        assertThat(one.inFlight()).isEqualTo(4);
        assertThat(one.url()).isEqualTo("https://api.example.net:8443");
        assertThat(one.start()).isEqualTo("beginning");
    }

    @Test
    void withoutOutputsEventsGoToStandardOutputAsTheyCame() {
        ConnectorConfig config = config("--auth=" + auth);
        assertThat(config.sinks()).hasSize(1).hasValueSatisfying(new org.assertj.core.api.Condition<>(
                s -> s instanceof StdoutSinkConfig out && out.format() == SinkFormat.ORIGINAL, "stdout"));
        assertThat(config.state()).isInstanceOf(FileStateConfig.class);
    }

    @Test
    void outputsAndFacilities() {
        ConnectorConfig config = config("--auth=" + auth, "--jsonfile=" + directory.resolve("a.json"),
                "--ceffile=" + directory.resolve("a.cef"), "--leefsyslog", "--facility=local3,info", "--kv");
        assertThat(config.sinks()).hasSize(4);
        assertThat(config.sinks().get("cef_file")).isInstanceOfSatisfying(FileSinkConfig.class,
                f -> assertThat(f.format()).isEqualTo(SinkFormat.CEF));
        assertThat(config.sinks().get("leef_syslog")).isInstanceOfSatisfying(SyslogSinkConfig.class, s -> {
            assertThat(s.format()).isEqualTo(SinkFormat.LEEF1);
            assertThat(s.facility()).isEqualTo(SyslogSinkConfig.Facility.LOCAL3);
        });
    }

    @Test
    void goesOnWhereVersion10Stopped() throws IOException {
        Files.writeString(directory.resolve("halo.config"), "def456|2026-10-31T12:00:00.000123Z\n");
        ConnectorConfig config = config("--auth=" + auth, "--starting=2026-01-01");
        assertThat(account(config, "def456").start()).isEqualTo("2026-10-31T12:00:00.000123Z");
        assertThat(account(config, "abc123").start()).isEqualTo("2026-01-01T00:00:00Z");
    }

    @Test
    void goesOnWhereVersion110Stopped() throws IOException {
        Files.createFile(directory.resolve("abc123_2026-10-30T01:02:03.004Z"));
        ConnectorConfig config = config("--auth=" + auth, "--configdir=" + directory);
        assertThat(account(config, "abc123").start()).isEqualTo("2026-10-30T01:02:03.004Z");
    }

    @Test
    void stateInRedisAndS3() throws IOException {
        assertThat(config("--auth=" + auth, "--redis=redis.example.net:7000").state())
                .isInstanceOfSatisfying(RedisStateConfig.class,
                        r -> assertThat(r.address().toString()).isEqualTo("redis.example.net:7000"));
        assertThat(config("--auth=" + auth, "--redis").state()).isInstanceOfSatisfying(RedisStateConfig.class,
                r -> assertThat(r.address().port()).isEqualTo(6379));
        Files.writeString(directory.resolve("ha.config"), "redis=10.0.0.7:6380\n");
        assertThat(config("--auth=" + auth, "--ha").state()).isInstanceOfSatisfying(RedisStateConfig.class,
                r -> assertThat(r.address().toString()).isEqualTo("10.0.0.7:6380"));
        assertThat(config("--auth=" + auth, "--configdir=S3", "--bucket=my-bucket").state())
                .isInstanceOfSatisfying(S3StateConfig.class, s -> assertThat(s.bucket()).isEqualTo("my-bucket"));
    }

    @Test
    void printedConfigurationHasNoSecrets() {
        assertThat(HaloConfig.yaml(flags("--auth=" + auth), false)).doesNotContain("s3cret", "other")
                .contains("${HALO_SECRET_ABC123}");
    }

    @Test
    void whatCannotBeUsedIsNamedWithItsPlace() throws IOException {
        Path bad = Files.writeString(directory.resolve("bad.auth"), "# fine\nno bar here\n");
        assertThatThrownBy(() -> HaloConfig.yaml(flags("--auth=" + bad), true)).hasMessageContaining("bad.auth:2:1")
                .hasMessageContaining("keyid|secret");
        assertThatThrownBy(() -> HaloConfig.yaml(flags("--auth=" + auth, "--starting=yesterday"), true))
                .hasMessageContaining("--starting").hasMessageContaining("2026-11-01T00:00:00Z");
        Files.writeString(directory.resolve("ha.config"), "zk=10.0.0.7:2181\n");
        assertThatThrownBy(() -> HaloConfig.yaml(flags("--auth=" + auth, "--ha"), true))
                .hasMessageContaining("ZooKeeper");
        assertThatThrownBy(() -> HaloConfig.yaml(flags("--auth=" + auth, "--configdir=S3"), true))
                .hasMessageContaining("--bucket");
    }
}
