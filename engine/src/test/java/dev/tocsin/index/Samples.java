package dev.tocsin.index;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.LogSource;
import dev.tocsin.event.Origin;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** Events for tests: some written by hand, some made in numbers, always the same for the same number. */
final class Samples {
    static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final List<String> PROGRAMS = List.of("powershell.exe", "cmd.exe", "svchost.exe", "rundll32.exe",
            "chrome.exe", "sshd");

    private Samples() {
    }

    static EventId id(String name) {
        return EventId.ofVendor("acme", "test", name);
    }

    static Event event(String name, String json) {
        return event(name, "acme", NOON, json);
    }

    static Event event(String name, String customer, Instant time, String json) {
        return new Event(id(name), customer, "edr", new Origin("north", "n1", 1, 7), "host", time,
                "events-" + customer + "-2026.11.21", LogSource.UNKNOWN, json.getBytes(StandardCharsets.UTF_8));
    }

    /** About 100 bytes. */
    static Event small(long n) {
        return event("small-" + n, "acme", NOON.plusMillis(n), "{\"n\":" + n
                + ",\"process\":{\"name\":\"sshd\",\"pid\":" + n % 4000 + "},\"message\":\"session " + n
                + " opened\"}");
    }

    /** About 1 KB in ECS names, with an original of its own. */
    static Event numbered(long n) {
        Random random = new Random(n);
        String program = PROGRAMS.get(random.nextInt(PROGRAMS.size()));
        String hash = Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
        Instant time = NOON.plusMillis(n);
        String address = "10." + random.nextInt(4) + "." + random.nextInt(250) + "." + random.nextInt(250);
        String command = "C:\\\\Windows\\\\System32\\\\" + program + " -enc " + hash + " -user u" + random.nextInt(500);
        String json = """
                {"@timestamp":"%s","message":"process %s started on host-%d",\
                "event":{"kind":"event","category":["process"],"type":["start"],"code":"1","original":\
                "<134>1 %s host-%d edr 812 - - {\\"EventID\\":1,\\"Image\\":\\"%s\\",\\"CommandLine\\":\\"%s\\",\\"SourceIp\\":\\"%s\\"}"},\
                "host":{"name":"host-%d","os":{"type":"windows"}},"user":{"name":"u%d","domain":"CORP"},\
                "process":{"name":"%s","pid":%d,"command_line":"%s","hash":{"md5":"%s"},\
                "parent":{"name":"explorer.exe","pid":%d}},"source":{"ip":"%s","port":%d},\
                "vendor":{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","ProcessGuid":"{%s}"}}"""
                .formatted(time, program, n % 97, time, n % 97, program, command, address, n % 97,
                        random.nextInt(500), program, random.nextInt(65_000), command, hash, random.nextInt(65_000),
                        address, random.nextInt(65_000), hash);
        return event("numbered-" + n, "acme", time, json);
    }
}
