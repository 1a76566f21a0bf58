package dev.tocsin.web;

import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.index.SearchResult.Hit;
import dev.tocsin.log.DeadEntry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the fake node has seen: ordinary events, an intrusion, and content that somebody wrote for our page to run. */
final class FakeStory {
    /** Each must leave as JSON text and never as markup. */
    static final List<String> XSS = List.of("<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
            "\"><svg/onload=alert(1)>", "javascript:alert(1)", "</textarea><iframe src=//evil>", "{{7*7}}${7*7}",
            "\u202Egnp.exe", "&lt;b&gt;", "'\"`<!--", "]]><a href=\"javascript:alert(1)\">x</a>");

    private static final List<String[]> RULES = List.of(
            new String[]{"Encoded PowerShell command line", "high", "attack.t1059.001", "DC01",
                    "powershell.exe -nop -w hidden -enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQA"},
            new String[]{"Credential dump of LSASS by comsvcs.dll", "critical", "attack.t1003.001", "DC01",
                    "rundll32.exe C:\\windows\\system32\\comsvcs.dll, MiniDump 624 C:\\temp\\l.dmp full"},
            new String[]{"Web shell process started by the web server", "high", "attack.t1505.003", "web-03",
                    "/bin/sh -c id; uname -a; cat /etc/passwd"},
            new String[]{"Many failed logins, then one that worked", "medium", "attack.t1110", "vpn-01",
                    "sshd[812]: Accepted password for svc-backup from 203.0.113.77 port 51522 ssh2"},
            new String[]{"CloudTrail logging was stopped", "high", "attack.t1562.008", "aws",
                    "StopLogging by arn:aws:iam::111122223333:user/deploy"},
            new String[]{"Archive sent to a rare destination", "low", "attack.t1048", "fs-02",
                    "7z.exe a -p c:\\temp\\q.7z \\\\fs-02\\finance\\*"},
            new String[]{"Scheduled task made by a script host", "informational", "attack.t1053.005", "WS-114",
                    "schtasks /create /sc onlogon /tn Updater /tr c:\\users\\public\\u.vbs"});

    private FakeStory() {
    }

    static void tell(FakeNode node, Instant now) {
        for (int i = 0; i < 60; i++) {
            node.index(event(i, now.minusSeconds(20L + i * 37L), "user-" + i % 7, "GET /account/" + i + " 200"));
        }
        for (int i = 0; i < XSS.size(); i++) {
            node.index(event(1000 + i, now.minusSeconds(90L + i * 61L), XSS.get(i), XSS.get(i)));
        }
        for (int i = 0; i < 14; i++) {
            alert(node, i, now.minusSeconds(12L + i * i * 23L));
        }
        bury(node, 0, now.minusSeconds(340), "process", "line 1, column 18: unexpected end of the JSON document",
                "{\"user\":\"anna\",\"a");
        bury(node, 1, now.minusSeconds(800), "process", "the document is nested deeper than 200", "[[[[[[[[[[[[[[[[[[");
        bury(node, 2, now.minusSeconds(1900), "intake", "a line longer than 1 MiB: 3,145,728 bytes",
                "base64:H4sIAAAAAAAAA+3BMQEAAADCoPVPbQ0PoAAAAAAAAAAAAAAAAAAAA");
        bury(node, 3, now.minusSeconds(2400), "process", "not UTF-8 at byte 12: <img src=x onerror=alert(1)>",
                "base64:/v8AAQID");
    }

    /** One more alert with its events; returns its JSON. */
    static byte[] alert(FakeNode node, int number, Instant time) {
        String[] rule = RULES.get(number % RULES.size());
        Hit first = event(5000 + number * 2, time.minusSeconds(3), "svc-backup", rule[4]);
        Hit second = event(5001 + number * 2, time.minusSeconds(1), "svc-backup", rule[4]);
        node.index(first);
        node.index(second);
        String ruleId = "9b8d1c1e-3c1f-4a77-9b1f-1d7c5a3e%04d".formatted(number % RULES.size());
        EventId id = EventId.ofAlert(ruleId, List.of(first.id(), second.id()));
        ObjectNode alert = Json.object().put("id", id.toString());
        ObjectNode about = alert.putObject("rule").put("id", ruleId).put("title", rule[0]).put("level", rule[1])
                .put("author", "The Tocsin authors");
        about.putArray("references").add("https://attack.mitre.org/techniques/T1059/001/").add("javascript:alert(1)");
        about.putArray("tags").add(rule[2]).add("attack.execution");
        alert.put("customer", "acme").put("engine", "main").put("content", "4f2c9d1").put("site", "local")
                .put("epoch", 3)
                .put("time", time.toString());
        ArrayNode events = alert.putArray("events");
        events.add(first.id().toString()).add(second.id().toString());
        alert.put("group", rule[3]).put("summary", rule[3] + ": " + rule[4]);
        byte[] json = Json.write(alert);
        node.index(new Hit(id, "alert", "alerts-acme-2026.11.21", time, alert));
        return json;
    }

    static Hit event(int number, Instant time, String user, String message) {
        ObjectNode body = Json.object().put("@timestamp", time.toString()).put("message", message);
        body.putObject("event").put("original", "<34>1 " + time + " host-" + number % 9 + " app - - - " + message)
                .put("kind", "event").put("category", number % 2 == 0 ? "process" : "authentication");
        body.putObject("user").put("name", user);
        body.putObject("host").put("name", "host-" + number % 9);
        body.putObject("source").put("ip", "198.51.100." + number % 250).put("port", 40_000 + number);
        EventId id = EventId.ofVendor("acme", "demo", "event-" + number);
        body.putObject("tocsin").put("id", id.toString()).put("customer", "acme").put("source", "syslog").put("origin",
                "local/node-1/3/" + number);
        JsonNode document = body;
        return new Hit(id, "event", "events-acme-2026.11.21", time, document);
    }

    private static void bury(FakeNode node, int number, Instant time, String stage, String cause, String original) {
        EventId id = EventId.ofContent("acme", "syslog", original.getBytes(StandardCharsets.UTF_8), number);
        node.bury(new DeadEntry(id, time, stage, "acme", "syslog", cause, original, "waiting"));
    }
}
