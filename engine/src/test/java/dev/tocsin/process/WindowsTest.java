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
import tools.jackson.databind.JsonNode;

class WindowsTest {
    private static final String SYSTEM = "<System><Provider Name='Microsoft-Windows-Security-Auditing' Guid='{5484}'/>"
            + "<EventID Qualifiers=\"16384\">4688</EventID><Version>2</Version><Level>0</Level><Task>13312</Task>"
            + "<Opcode>0</Opcode><Keywords>0x8020000000000000</Keywords><TimeCreated SystemTime='2026-11-03T01:02:03.123456700Z'/>"
            + "<EventRecordID>2814</EventRecordID><Execution ProcessID='4' ThreadID='88'/><Channel>Security</Channel>"
            + "<Computer>WIN-1.corp</Computer><Security UserID='S-1-5-18'/></System>";

    private static String xml(String rest) {
        return "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>" + SYSTEM + rest + "</Event>";
    }

    @Test
    void xmlBecomesTheFlatForm() {
        Event event = passed(xml("<EventData><Data Name='SubjectLogonId'>0x00000000000003e7</Data>"
                + "<Data Name='New Process Name'>C:\\x.exe</Data><Data Name='NewProcessName'>C:\\Windows\\cmd.exe</Data>"
                + "<Data Name='ParentProcessName'>C:\\p &amp; q.exe</Data><Data Name='Version'>9.01</Data>"
                + "<Data>one</Data><Data>two</Data><Data Name='Empty'></Data><Binary>00FF</Binary></EventData>"));
        JsonNode vendor = body(event).path("vendor");
        assertThat(vendor.path("EventID").isIntegralNumber()).isTrue();
        assertThat(vendor.path("EventID").asInt()).isEqualTo(4688);
        assertThat(vendor.path("Provider_Name").asString()).isEqualTo("Microsoft-Windows-Security-Auditing");
        assertThat(vendor.path("Qualifiers").asString()).isEqualTo("16384");
        assertThat(vendor.path("SystemTime").asString()).isEqualTo("2026-11-03T01:02:03.123456700Z");
        assertThat(vendor.path("UserID").asString()).isEqualTo("S-1-5-18");
        assertThat(vendor.path("SubjectLogonId").asString()).isEqualTo("0x3e7");
        assertThat(vendor.path("EventData_Version").asString()).isEqualTo("9.01");
        assertThat(vendor.path("Version").asInt()).isEqualTo(2);
        assertThat(vendor.path("Data").asString()).isEqualTo("one\ntwo");
        assertThat(vendor.path("Empty").asString("?")).isEmpty();
        assertThat(vendor.path("Image").asString()).isEqualTo("C:\\x.exe\nC:\\Windows\\cmd.exe");
        assertThat(vendor.path("ParentImage").asString()).isEqualTo("C:\\p & q.exe");
        assertThat(event.logSource()).isEqualTo(new LogSource("windows", List.of("process_creation"), "security"));
        assertThat(event.time()).isEqualTo("2026-11-03T01:02:03.123456700Z");
        assertThat(event.index()).isEqualTo("events-acme-2026.11.03");
    }

    @Test
    void userDataLeavesAreFields() {
        JsonNode vendor = vendor(xml("<UserData><LogFileCleared xmlns='x'><SubjectUserName>bob</SubjectUserName>"
                + "<Channel>System</Channel></LogFileCleared></UserData>"));
        assertThat(vendor.path("SubjectUserName").asString()).isEqualTo("bob");
        assertThat(vendor.path("UserData_Channel").asString()).isEqualTo("System");
    }

    @Test
    void hostileOrBrokenXmlIsDead() {
        String bomb = "<?xml version='1.0'?><!DOCTYPE Event [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><Event>&b;</Event>";
        assertThat(dead(bomb)).contains("Windows XML").contains("document types");
        assertThat(dead("<?xml version='1.0'?><!DOCTYPE Event SYSTEM 'file:///etc/passwd'><Event/>"))
                .contains("document types");
        assertThat(dead(xml("<EventData><Data Name='x'>1</EventData>"))).contains("line 1 column");
        assertThat(dead("<Event><System>")).contains("Windows XML at line 1");
        assertThat(dead(event("<Other/>", "windows"))).contains("root element is Other");
        assertThat(dead("<Event>" + "<a>".repeat(100))).contains("deeper than 32");
        assertThat(dead("<Event></Event><Event></Event>")).contains("Windows XML at line 1");
    }

    @Test
    void winlogbeatBecomesTheFlatForm() {
        Event event = passed(
                "{\"@timestamp\":\"2026-11-03T01:02:03.000Z\",\"message\":\"Process Create\",\"log\":{\"level\":"
                        + "\"information\"},\"winlog\":{\"channel\":\"Microsoft-Windows-Sysmon/Operational\",\"event_id\":\"1\","
                        + "\"computer_name\":\"PC1\",\"provider_name\":\"Microsoft-Windows-Sysmon\",\"record_id\":77,\"version\":5,"
                        + "\"user\":{\"identifier\":\"S-1-5-18\"},\"event_data\":{\"Image\":\"C:\\\\a.exe\",\"ProcessId\":\"12\","
                        + "\"Hashes\":\"SHA1=AB,MD5=CD\"}}}");
        JsonNode body = body(event);
        assertThat(body.path("vendor").path("EventID").asInt()).isEqualTo(1);
        assertThat(body.path("vendor").path("Channel").asString()).isEqualTo("Microsoft-Windows-Sysmon/Operational");
        assertThat(body.path("vendor").path("Image").asString()).isEqualTo("C:\\a.exe");
        assertThat(body.path("vendor").path("Computer").asString()).isEqualTo("PC1");
        assertThat(body.path("vendor").path("EventRecordID").asInt()).isEqualTo(77);
        assertThat(body.path("process").path("hash").path("md5").asString()).isEqualTo("cd");
        assertThat(body.path("process").path("pid").asLong()).isEqualTo(12);
        assertThat(body.path("process").path("name").asString()).isEqualTo("a.exe");
        assertThat(body.path("event").path("category").get(0).asString()).isEqualTo("process");
        assertThat(event.logSource()).isEqualTo(new LogSource("windows", List.of("process_creation"), "sysmon"));
    }

    @Test
    void oldWinlogbeatAndXmlTreesBecomeTheFlatForm() {
        JsonNode old = vendor("{\"@timestamp\":\"2026-11-03T01:02:03Z\",\"event_id\":4624,\"log_name\":\"Security\","
                + "\"computer_name\":\"PC1\",\"source_name\":\"MS\",\"record_number\":\"5\",\"event_data\":{\"TargetUserName\":\"bob\"}}");
        assertThat(old.path("Channel").asString()).isEqualTo("Security");
        assertThat(old.path("TargetUserName").asString()).isEqualTo("bob");
        JsonNode tree = vendor("{\"Event\":{\"System\":{\"Provider\":{\"#attributes\":{\"Name\":\"P\"}},\"EventID\":{"
                + "\"#attributes\":{\"Qualifiers\":0},\"#text\":7045},\"Channel\":\"System\",\"Computer\":\"c\"},"
                + "\"EventData\":{\"ServiceName\":\"evil\",\"Data\":[\"a\",\"b\"]}}}");
        assertThat(tree.path("Provider_Name").asString()).isEqualTo("P");
        assertThat(tree.path("EventID").asInt()).isEqualTo(7045);
        assertThat(tree.path("ServiceName").asString()).isEqualTo("evil");
        assertThat(tree.path("Data").asString()).isEqualTo("a\nb");
    }

    @Test
    void whatIsConfiguredAsWindowsIsOfThatProduct() {
        assertThat(passed(event("{\"message\":\"x\"}", "windows")).logSource())
                .isEqualTo(new LogSource("windows", List.of(), null));
    }

    @Test
    void nxlogsNamesBecomeSigmas() {
        Event event = passed(
                "{\"EventTime\":\"2026-11-03 01:02:03\",\"Hostname\":\"PC1\",\"SourceName\":\"PowerShell\","
                        + "\"EventID\":800,\"Channel\":\"Windows PowerShell\",\"Message\":\"m\",\"SeverityValue\":2}");
        JsonNode vendor = body(event).path("vendor");
        assertThat(vendor.propertyNames()).containsExactly("EventTime", "Hostname", "SourceName", "EventID",
                "Channel", "Message", "SeverityValue", "Computer", "Provider_Name");
        assertThat(event.time()).isEqualTo("2026-11-03T01:02:03Z");
        assertThat(event.logSource().category()).containsExactly("ps_classic_script");
    }

    @Test
    void logonNamesTheUserTheAddressAndTheOutcome() {
        JsonNode body = body("{\"EventID\":4625,\"Channel\":\"Security\",\"Provider_Name\":\"x\",\"Computer\":\"DC1\","
                + "\"SubjectUserName\":\"-\",\"TargetUserName\":\"admin\",\"TargetDomainName\":\"CORP\",\"IpAddress\":"
                + "\"::ffff:10.1.1.1\",\"IpPort\":\"50123\",\"LogonType\":\"3\"}");
        assertThat(body.path("user").path("name").asString()).isEqualTo("admin");
        assertThat(body.path("user").path("domain").asString()).isEqualTo("CORP");
        assertThat(body.path("source").path("ip").asString()).isEqualTo("10.1.1.1");
        assertThat(body.path("source").path("port").asInt()).isEqualTo(50123);
        assertThat(body.path("event").path("outcome").asString()).isEqualTo("failure");
        assertThat(body.path("event").path("category").get(0).asString()).isEqualTo("authentication");
        assertThat(body.path("host").path("name").asString()).isEqualTo("DC1");
        assertThat(body.path("related").path("ip").get(0).asString()).isEqualTo("10.1.1.1");
    }
}
