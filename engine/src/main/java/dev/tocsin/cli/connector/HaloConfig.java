package dev.tocsin.cli.connector;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes the configuration that means what the flags of the old connector mean, from the flags, its {@code .auth} file and
 * what it left: {@code .config} with lines {@code keyid|timestamp} (1.0), an empty file {@code keyid_timestamp} (1.10),
 * {@code ha.config} with {@code redis=host:port}.
 *
 * <p>Where the old connector stopped, reading begins; what it had lost by its rounding of that time is not read again.
 */
final class HaloConfig {
    private static final int ACCOUNTS_MAX = 5;
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final HaloFlags flags;
    private final Path auth;
    private final Path directory;
    private final StringBuilder yaml = new StringBuilder();

    private record Account(String key, String secret) {
    }

    private HaloConfig(HaloFlags flags, Path auth) {
        this.flags = flags;
        this.auth = auth;
        Path parent = auth.toAbsolutePath().getParent();
        Path beside = parent == null ? Path.of("").toAbsolutePath() : parent;
        directory = flags.configDir == null || isS3(flags.configDir) ? beside : Path.of(flags.configDir);
    }

    private static boolean isS3(String directory) {
        return directory.equalsIgnoreCase("s3");
    }

    /**
     * @param secrets whether the secrets of the accounts stand in it; else what to put there
     * @throws IllegalArgumentException when a flag or file cannot be used, with what to do
     */
    static String yaml(HaloFlags flags, boolean secrets) {
        if (flags.auth == null) {
            throw new IllegalArgumentException("--auth=FILE is missing: the file with keyid|secret");
        }
        try {
            return new HaloConfig(flags, flags.auth).write(secrets);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + e.getMessage(), e);
        }
    }

    private String write(boolean secrets) throws IOException {
        List<Account> accounts = accounts();
        String name = String.valueOf(auth.getFileName()).replaceFirst("\\.auth$", "").replaceAll("[^A-Za-z0-9._-]",
                "-");
        line("name: " + quoted(name.isEmpty() ? "halo" : name));
        line("sources:");
        for (Account account : accounts) {
            source(account, secrets);
        }
        sinks();
        state();
        line("dead: " + quoted(directory.resolve(name + ".dead.jsonl").toString()));
        return yaml.toString();
    }

    private void line(String text) {
        yaml.append(text).append('\n');
    }

    /** Every text is YAML's double quoted form, so that no path or secret can be read as anything else. */
    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.replace("${", "$${").toCharArray()) {
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\x%02x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }

    private List<Account> accounts() throws IOException {
        List<Account> accounts = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        int number = 0;
        for (String raw : Files.readAllLines(auth)) {
            number++;
            String text = raw.strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            int bar = text.indexOf('|');
            String where = auth + ":" + number + ":1: ";
            if (bar <= 0 || bar == text.length() - 1 || !KEY.matcher(text.substring(0, bar)).matches()) {
                throw new IllegalArgumentException(where + "the line is not keyid|secret");
            }
            if (!keys.add(text.substring(0, bar))) {
                throw new IllegalArgumentException(where + "the key " + text.substring(0, bar) + " is there twice");
            }
            accounts.add(new Account(text.substring(0, bar), text.substring(bar + 1)));
        }
        if (accounts.isEmpty() || accounts.size() > ACCOUNTS_MAX) {
            throw new IllegalArgumentException(auth + ": " + accounts.size() + " accounts; there must be 1 to "
                    + ACCOUNTS_MAX);
        }
        return accounts;
    }

    private void source(Account account, boolean secrets) throws IOException {
        line("  " + quoted(account.key()) + ":");
        line("    type: api");
        line("    definition: halo");
        line("    url: " + quoted(url()));
        line("    auth: {type: oauth2, client_id: " + quoted(account.key()) + ", client_secret: "
                + (secrets
                        ? quoted(account.secret())
                        : "\"${HALO_SECRET_" + account.key().toUpperCase(Locale.ROOT) + "}\"")
                + "}");
        line("    start: " + quoted(start(account.key())));
        if (flags.threads != null) {
            line("    in_flight: " + flags.threads);
        }
    }

    private String url() {
        String plain = flags.url.replaceFirst("/+$", "");
        String whole = plain.contains("://") ? plain : "https://" + plain;
        return flags.port == null ? whole : whole + ":" + flags.port;
    }

    private String start(String key) throws IOException {
        Instant left = left(key);
        if (left != null) {
            return left.toString();
        }
        // The old connector began at the beginning when nothing was said.
        return flags.starting.isEmpty() ? "beginning" : time("--starting", flags.starting).toString();
    }

    /** Where the old connector stopped, or null. */
    private @Nullable Instant left(String key) throws IOException {
        Path file = directory.resolve(String.valueOf(auth.getFileName()).replaceFirst("\\.auth$", "") + ".config");
        if (Files.isRegularFile(file)) {
            for (String text : Files.readAllLines(file)) {
                if (text.strip().startsWith(key + "|")) {
                    return time(file.toString(), text.strip().substring(key.length() + 1));
                }
            }
        }
        Pattern marker = Pattern.compile(Pattern.quote(key) + "_(.+)");
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path f : files.sorted().toList()) {
                    Matcher matcher = marker.matcher(String.valueOf(f.getFileName()));
                    if (matcher.matches()) {
                        return time(f.toString(), matcher.group(1));
                    }
                }
            }
        }
        return null;
    }

    /** A time without a zone is UTC, as the API's are; a day alone begins at midnight. */
    private static Instant time(String where, String text) {
        String plain = text.strip().replace(' ', 'T');
        for (String form : List.of(plain, plain + "Z", plain + "T00:00:00Z", plain.replace('_', ':') + "Z")) {
            try {
                return OffsetDateTime.parse(form).toInstant();
            } catch (DateTimeParseException _) {
                // The next form.
            }
        }
        try {
            return LocalDateTime.parse(plain).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(where + ": \"" + text
                    + "\" is no time; write it such as 2026-11-01T00:00:00Z", e);
        }
    }

    private void sinks() {
        line("sinks:");
        file("json_file", flags.jsonFile, "original");
        file("cef_file", flags.cefFile, "cef");
        file("leef_file", flags.leefFile, "leef1");
        file("kv_file", flags.kvFile, "kv");
        syslog("cef_syslog", flags.cefSyslog, "cef");
        syslog("leef_syslog", flags.leefSyslog, "leef1");
        syslog("kv_syslog", flags.kvSyslog, "kv");
        stdout("cef", flags.cef, "cef");
        stdout("leef", flags.leef, "leef1");
        stdout("kv", flags.kv, "kv");
        if (yaml.toString().endsWith("sinks:\n")) {
            stdout("stdout", true, "original");
        }
    }

    private void file(String name, @Nullable Path path, String format) {
        if (path != null) {
            line("  " + name + ": {type: file, path: " + quoted(path.toAbsolutePath().toString()) + ", format: "
                    + format
                    + "}");
        }
    }

    private void stdout(String name, boolean wanted, String format) {
        if (wanted) {
            line("  " + name + ": {type: stdout, format: " + format + "}");
        }
    }

    private void syslog(String name, boolean wanted, String format) {
        if (wanted) {
            String word = flags.facility.split("[.,]", 2)[0].toLowerCase(Locale.ROOT).replaceFirst("^log_", "");
            line("  " + name + ": {type: syslog, address: \"127.0.0.1:514\", transport: udp, rfc: 3164, facility: "
                    + word
                    + ", format: " + format + "}");
        }
    }

    private void state() throws IOException {
        String redis = redis();
        if (redis != null) {
            line("state: {type: redis, address: " + quoted(redis) + "}");
        } else if (flags.configDir != null && isS3(flags.configDir)) {
            if (flags.bucket == null) {
                throw new IllegalArgumentException("--configdir=S3 needs --bucket=BUCKET");
            }
            line("state: {type: s3, bucket: " + quoted(flags.bucket) + "}");
        } else {
            line("state: {type: file, directory: " + quoted(directory.resolve("tocsin-state").toString()) + "}");
        }
    }

    private @Nullable String redis() throws IOException {
        if (flags.redis == null && !flags.ha && !flags.halite) {
            return null;
        }
        String address = flags.redis;
        Path file = directory.resolve("ha.config");
        if (address == null && Files.isRegularFile(file)) {
            for (String text : Files.readAllLines(file)) {
                if (text.strip().startsWith("zk=")) {
                    throw new IllegalArgumentException(
                            file + " names ZooKeeper, which is not supported; write redis=host:port");
                }
                if (text.strip().startsWith("redis=")) {
                    address = text.strip().substring("redis=".length());
                }
            }
        }
        String found = address == null || address.isEmpty() ? "127.0.0.1" : address;
        return found.contains(":") ? found : found + ":6379";
    }
}
