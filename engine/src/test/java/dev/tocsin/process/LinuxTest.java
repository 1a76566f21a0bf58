package dev.tocsin.process;

import static dev.tocsin.process.Intakes.body;
import static dev.tocsin.process.Intakes.dead;
import static dev.tocsin.process.Intakes.event;
import static dev.tocsin.process.Intakes.passed;
import static dev.tocsin.process.Intakes.vendor;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.Event;
import dev.tocsin.event.LogSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The audit system, Sysmon for Linux, and the sentences of well-known programs. */
class LinuxTest {
    @Test
    void auditRecordsAreReadAndHexadecimalIsDecoded() {
        Event event = passed(
                "type=EXECVE msg=audit(1604994496.155:92734): argc=3 a0=\"sh\" a1=\"-c\" a2=6563686F206869207C207368");
        JsonNode vendor = body(event).path("vendor");
        assertThat(vendor.toString())
                .isEqualTo("{\"type\":\"EXECVE\",\"msg\":\"audit(1604994496.155:92734):\",\"argc\":\"3\","
                        + "\"a0\":\"sh\",\"a1\":\"-c\",\"a2\":\"echo hi | sh\"}");
        assertThat(event.time()).isEqualTo("2020-11-10T07:48:16.155Z");
        assertThat(event.logSource()).isEqualTo(new LogSource("linux", List.of(), "auditd"));
        assertThat(body(event).path("process").path("args").toString()).isEqualTo("[\"sh\",\"-c\",\"echo hi | sh\"]");
    }

    @Test
    void enrichedNamesInnerMessagesAndNodesAreFields() {
        JsonNode syscall = vendor(
                "node=web1 type=SYSCALL msg=audit(1604994496.155:1): arch=c000003e syscall=59 success=yes "
                        + "exit=0 a0=558E a1=10 comm=\"ls\" exe=\"/bin/ls\" key=(null)\u001dARCH=x86_64 SYSCALL=execve AUID=\"root\"");
        assertThat(syscall.path("node").asString()).isEqualTo("web1");
        assertThat(syscall.path("a0").asString()).as("numbers of SYSCALL are no text").isEqualTo("558E");
        assertThat(syscall.path("SYSCALL").asString()).isEqualTo("execve");
        assertThat(syscall.path("AUID").asString()).isEqualTo("root");
        JsonNode login = body("type=USER_LOGIN msg=audit(1604994496.155:2): pid=7 uid=0 msg='op=login acct=\"bob\" "
                + "exe=\"/usr/sbin/sshd\" hostname=? addr=10.0.0.9 terminal=ssh res=failed'");
        assertThat(login.path("vendor").path("acct").asString()).isEqualTo("bob");
        assertThat(login.path("vendor").path("msg").asString()).isEqualTo("audit(1604994496.155:2):");
        assertThat(login.path("event").path("outcome").asString()).isEqualTo("failure");
        assertThat(login.path("source").path("ip").asString()).isEqualTo("10.0.0.9");
        assertThat(login.path("user").path("name").asString()).isEqualTo("bob");
    }

    @Test
    void longArgumentsAreJoinedAndTitlesAreReadable() {
        JsonNode vendor = vendor(
                "type=EXECVE msg=audit(1604994496.155:3): argc=2 a0=\"x\" a1_len=8 a1[0]=\"abcd\" a1[1]=\"efgh\"");
        assertThat(vendor.path("a1").asString()).isEqualTo("abcdefgh");
        assertThat(vendor("type=PROCTITLE msg=audit(1604994496.155:92734): proctitle=67726570002D76005E3F")
                .path("proctitle").asString()).isEqualTo("grep -v ^?");
    }

    @Test
    void auditWithinSyslogIsFound() {
        Event event = passed(
                "<13>Nov  3 01:02:03 web1 audispd: type=SYSCALL msg=audit(1604994496.155:4): syscall=59 exe=\"/bin/ls\"");
        assertThat(event.logSource().service()).isEqualTo("auditd");
        assertThat(body(event).path("host").path("name").asString()).isEqualTo("web1");
        Event kernel = passed(
                "<5>Nov  3 01:02:03 web1 kernel: [  12.5] audit: type=1400 audit(1604994496.155:5): apparmor=\"DENIED\" name=\"/x\"");
        assertThat(body(kernel).path("vendor").path("type").asString()).isEqualTo("AVC");
        assertThat(body(kernel).path("vendor").path("apparmor").asString()).isEqualTo("DENIED");
    }

    @Test
    void brokenAuditIsDead() {
        assertThat(dead("type=SYSCALL msg=audit(1604994496.155")).contains("auditd at offset").contains("cut off");
        assertThat(dead("type=SYSCALL msg=audit(yesterday:5): a=1")).contains("seconds.milliseconds:serial");
        assertThat(dead("type=SYSCALL msg=audit(1604994496.155:5): exe=\"/bin")).contains("never closed");
        assertThat(dead(event("hello", "auditd"))).contains("does not begin with type=");
    }

    @Test
    void sysmonForLinuxIsClassifiedAsSigmaDoes() {
        Event event = passed(
                "<14>Nov  3 01:02:03 web1 sysmon: <Event><System><Provider Name=\"Linux-Sysmon\" Guid=\"{ff}\"/>"
                        + "<EventID>1</EventID><Version>5</Version><TimeCreated SystemTime=\"2026-11-03T01:02:03.1Z\"/>"
                        + "<Channel>Linux-Sysmon/Operational</Channel><Computer>web1</Computer></System><EventData>"
                        + "<Data Name=\"Image\">/usr/bin/curl</Data><Data Name=\"CommandLine\">curl &lt;x&gt;</Data></EventData></Event>");
        assertThat(event.logSource()).isEqualTo(new LogSource("linux", List.of("process_creation"), "sysmon"));
        assertThat(body(event).path("vendor").path("CommandLine").asString()).isEqualTo("curl <x>");
        assertThat(body(event).path("process").path("name").asString()).isEqualTo("curl");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '~', value = {
            "Failed password for root from 10.9.8.7 port 4242 ssh2~root~10.9.8.7~failure",
            "Failed password for invalid user adm from 10.9.8.7 port 4242 ssh2~adm~10.9.8.7~failure",
            "Failed password for invalid user a from 1.1.1.1 port 1 ssh2 from 10.9.8.7 port 4242 ssh2~a from 1.1.1.1 port 1 ssh2~10.9.8.7~failure",
            "Accepted publickey for deploy from 2001:db8::1 port 4242 ssh2: RSA SHA256:abc~deploy~2001:db8::1~success",
            "Invalid user guest from 10.9.8.7 port 4242~guest~10.9.8.7~failure"})
    void sshdLoginsNameUserAddressAndOutcome(String message, String user, String ip, String outcome) {
        Event event = passed("<38>Nov  3 01:02:03 web1 sshd[99]: " + message);
        JsonNode body = body(event);
        assertThat(body.path("user").path("name").asString()).isEqualTo(user);
        assertThat(body.path("source").path("ip").asString()).isEqualTo(ip);
        assertThat(body.path("source").path("port").asInt()).isEqualTo(4242);
        assertThat(body.path("event").path("outcome").asString()).isEqualTo(outcome);
        assertThat(body.path("event").path("category").toString()).isEqualTo("[\"authentication\"]");
        assertThat(event.logSource()).isEqualTo(new LogSource("linux", List.of(), "sshd"));
        assertThat(body.path("vendor").path("message").asString()).isEqualTo(message);
    }

    @Test
    void sudoNamesWhoRanWhatAsWhom() {
        Event event = passed(
                "<86>Nov  3 01:02:03 web1 sudo:      bob : TTY=pts/0 ; PWD=/home/bob ; USER=root ; COMMAND=/bin/cat /etc/shadow");
        JsonNode body = body(event);
        assertThat(event.logSource().service()).isEqualTo("sudo");
        assertThat(body.path("user").path("name").asString()).isEqualTo("bob");
        assertThat(body.path("user").path("effective").path("name").asString()).isEqualTo("root");
        assertThat(body.path("process").path("command_line").asString()).isEqualTo("/bin/cat /etc/shadow");
    }

    @Test
    void otherSyslogIsLinuxSyslog() {
        assertThat(passed("<13>Nov  3 01:02:03 web1 myapp: hi").logSource())
                .isEqualTo(new LogSource("linux", List.of(), "syslog"));
    }
}
