package dev.tocsin.bench;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;

/** Syslog messages of about 1,000 bytes, each a Sysmon process creation in JSON; all different, fixed by a seed. */
final class Messages {
    private static final String[] PROGRAMS = {"chrome.exe", "svchost.exe", "teams.exe", "msedge.exe", "outlook.exe",
            "backgroundTaskHost.exe", "SearchProtocolHost.exe", "conhost.exe"};
    private final Random random;

    Messages(long seed) {
        random = new Random(seed);
    }

    /** One RFC 5424 message. Every thousandth is one on which a rule of examples/rules fires. */
    byte[] next(int n) {
        String program = PROGRAMS[random.nextInt(PROGRAMS.length)];
        String command = n % 1000 == 0
                ? "powershell.exe -nop -w hidden -enc " + hex(60)
                : "\\\"C:\\\\Program Files\\\\Vendor\\\\" + program + "\\\" --type=renderer --token=" + hex(120);
        String json = """
                {"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Provider_Name":"Microsoft-Windows-Sysmon","Computer":"WS%03d.example.com","UtcTime":"%s","ProcessGuid":"{%s}","ProcessId":"%d","Image":"C:\\\\Program Files\\\\Vendor\\\\%s","CommandLine":"%s","CurrentDirectory":"C:\\\\Windows\\\\system32\\\\","User":"EXAMPLE\\\\user%d","LogonId":"0x%s","IntegrityLevel":"Medium","Hashes":"SHA256=%s,IMPHASH=%s","ParentProcessId":"%d","ParentImage":"C:\\\\Windows\\\\explorer.exe","ParentCommandLine":"C:\\\\Windows\\\\Explorer.EXE","ParentUser":"EXAMPLE\\\\user%d"}"""
                .formatted(random.nextInt(300), Instant.now().toString().replace('T', ' ').replace("Z", ""), hex(32),
                        random.nextInt(30_000), n % 1000 == 0 ? "powershell.exe" : program, command,
                        random.nextInt(500),
                        hex(6), hex(64), hex(32), random.nextInt(30_000), random.nextInt(500));
        String message = "<134>1 " + Instant.now() + " ws" + n % 300 + " sysmon - - - " + json;
        return message.getBytes(StandardCharsets.UTF_8);
    }

    private String hex(int digits) {
        StringBuilder out = new StringBuilder(digits);
        while (out.length() < digits) {
            out.append(Character.forDigit(random.nextInt(16), 16));
        }
        return out.toString();
    }
}
