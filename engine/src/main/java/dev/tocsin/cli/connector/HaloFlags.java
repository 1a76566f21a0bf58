package dev.tocsin.cli.connector;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of CloudPassage's halo-event-connector, versions 1.0 and 1.10, with their meaning there. */
final class HaloFlags {
    @Option(names = "--auth", paramLabel = "FILE", description = "Lines keyid|secret, at most five; # begins a comment.")
    @Nullable
    Path auth;

    @Option(names = "--url", paramLabel = "URL", description = "Where the API is (default: https://api.cloudpassage.com).")
    String url = "https://api.cloudpassage.com";

    @Option(names = "--port", paramLabel = "PORT", description = "Its port.")
    @Nullable
    Integer port;

    @Option(names = "--starting", paramLabel = "TIME", description = "Where the first run begins, ISO 8601.")
    String starting = "";

    @Option(names = "--limit", paramLabel = "N", description = "Ends after so many events, at the end of a batch.")
    @Nullable
    Long limit;

    @Option(names = "--sleep", paramLabel = "SECONDS", description = "Not needed: the rate is kept by itself.")
    @Nullable
    String sleep;

    @Option(names = "--threads", paramLabel = "N", description = "Pages asked for at one time (default: 10).")
    @Nullable
    Integer threads;

    @Option(names = "--batchsize", paramLabel = "N", description = "Not needed: windows are split by themselves.")
    @Nullable
    Integer batchSize;

    @Option(names = "--configdir", paramLabel = "DIR|S3", description = "Where the state is kept (default: the directory of --auth).")
    @Nullable
    String configDir;

    @Option(names = "--bucket", paramLabel = "BUCKET", description = "The bucket, with --configdir=S3.")
    @Nullable
    String bucket;

    @Option(names = "--redis", arity = "0..1", fallbackValue = "127.0.0.1:6379", paramLabel = "HOST[:PORT]", description = "Keeps the state in Redis.")
    @Nullable
    String redis;

    @Option(names = "--halite", description = "The same as --redis.")
    boolean halite;

    @Option(names = "--ha", description = "The same as --redis, where ha.config beside --auth says which.")
    boolean ha;

    @Option(names = "--jsonfile", paramLabel = "FILE", description = "Events as they came, to a file.")
    @Nullable
    Path jsonFile;

    @Option(names = "--ceffile", paramLabel = "FILE", description = "CEF to a file.")
    @Nullable
    Path cefFile;

    @Option(names = "--leeffile", paramLabel = "FILE", description = "LEEF 1.0 to a file.")
    @Nullable
    Path leefFile;

    @Option(names = "--kvfile", paramLabel = "FILE", description = "key=\"value\" to a file.")
    @Nullable
    Path kvFile;

    @Option(names = "--cef", description = "CEF to standard output.")
    boolean cef;

    @Option(names = "--leef", description = "LEEF 1.0 to standard output.")
    boolean leef;

    @Option(names = "--kv", description = "key=\"value\" to standard output.")
    boolean kv;

    @Option(names = "--cefsyslog", description = "CEF to this machine's syslog.")
    boolean cefSyslog;

    @Option(names = "--leefsyslog", description = "LEEF 1.0 to this machine's syslog.")
    boolean leefSyslog;

    @Option(names = "--kvsyslog", description = "key=\"value\" to this machine's syslog.")
    boolean kvSyslog;

    @Option(names = "--facility", paramLabel = "FAC[.PRIO]", description = "The facility for syslog (default: user); the severity is the event's own.")
    String facility = "user";

    @Option(names = "--one-batch-per-line", description = "Not needed: one event in each line.")
    boolean oneBatchPerLine;

    @Option(names = "-v", description = "Not needed: what matters is told.")
    boolean verbose;

    /** Flags that are taken and do nothing. */
    List<String> superfluous() {
        List<String> names = new ArrayList<>();
        if (sleep != null) {
            names.add("--sleep");
        }
        if (batchSize != null) {
            names.add("--batchsize");
        }
        if (oneBatchPerLine) {
            names.add("--one-batch-per-line");
        }
        return names;
    }
}
