package dev.tocsin.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Seeded: real-looking inputs cut, doubled, mixed and sprinkled with what parsers stumble over. */
class ProcessorFuzz {
    private static final int INPUTS = 100_000;
    private static final long SEED = 20261121;
    private static final String[] SEEDS = {
            "<165>1 2026-10-11T22:14:15.003Z host app 1370 ID47 [id@1 iut=\"3\" s=\"A\\]p\"][x y=\"z\"] \uFEFFmessage",
            "<34>Oct 11 22:14:15 mymachine su[12]: 'su root' failed for lonvick on /dev/pts/8",
            "<189>29: *Mar  1 18:46:11.000: %SYS-5-CONFIG_I: Configured from console",
            "<13>Nov  3 01:02:03 web-1 app: {\"a\":{\"b\":[1,2.5e3,\"\\u00e9\"]},\"n\":null}",
            "<38>Nov  3 01:02:03 web1 sshd[99]: Failed password for invalid user adm from 10.9.8.7 port 4242 ssh2",
            "date=2026-11-03 time=01:02:03 devname=\"FG \\\"1\\\"\" srcip=10.1.2.3 srcport=5555 note='it is', list=a,b",
            "CEF:0|Acme \\| Co|Thing|1.0|100|worm|10|src=10.0.0.1 msg=two words a\\=b dpt=443 rt=Nov 03 2026 01:02:03",
            "1.2.3.4 - bob [03/Nov/2026:01:02:03 +0100] \"GET /x?a=1 HTTP/1.1\" 200 2326 \"http://r/\" \"Mozilla\\\"\"",
            "type=EXECVE msg=audit(1604994496.155:92734): argc=2 a0=\"ls\" a1=2D6C\u001dARCH=x86_64",
            "node=h type=USER_LOGIN msg=audit(1604994496.155:2): msg='op=login acct=\"bob\" res=failed'",
            "<Event xmlns='x'><System><Provider Name='P'/><EventID>4688</EventID><TimeCreated SystemTime='2026-11-03T01:02:03Z'/>"
                    + "<Channel>Security</Channel></System><EventData><Data Name='a'>0x00ff</Data><Data>u</Data></EventData></Event>",
            "{\"EventID\":4688,\"Channel\":\"Security\",\"NewProcessName\":\"C:\\\\x.exe\",\"ProcessId\":\"0x1f\",\"IpAddress\":\"::1\"}",
            "{\"@timestamp\":\"2026-11-03T01:02:03Z\",\"winlog\":{\"event_id\":1,\"channel\":\"x\",\"event_data\":{\"Image\":\"y\"},"
                    + "\"user_data\":{\"q\":[{\"z\":1}]}},\"message\":\"m\"}",
            "{\"_path\":\"dns\",\"ts\":1588318196.415772,\"uid\":\"C\",\"id.orig_h\":\"10.0.1.5\",\"answers\":[\"a\",1,null]}",
            "{\"Records\":[{\"eventSource\":\"s3.amazonaws.com\",\"eventName\":\"Get\",\"eventVersion\":\"1\",\"eventID\":\"i\"},{},7]}",
            "{\"event\":{\"original\":1},\"ecs\":\"x\",\"tocsin\":[],\"vendor\":{\"vendor\":1},\"_logsource\":{\"category\":[1,\"x\"]}}"};
    private static final String[] PIECES = {"\u0000", "\uFEFF", "\uFFFD", "\\", "\"", "'", "=", "|", "[", "]", "{", "}",
            "<",
            ">", "<!DOCTYPE x>", "&a;", "]]>", "\\ud800", "NaN", "1e999", "-", " ", "\n", "\t", "\u001d", ":", "%",
            "0x", "\ud83d\ude00",
            "99999999999999999999", "\\u0000", "msg=audit(", "CEF:", "<999>", "<13>1 ", "@cee:", "é", "::ffff:1.2.3.4",
            "null", ",", "."};

    private final Processor processor = Processor.of(ProcessConfig.DEFAULT);
    private final Random random = new Random(SEED);

    @Test
    void everyInputHasExactlyOneOutcomeOfItsOwnAndNothingIsThrown() {
        Format[] formats = Format.values();
        int alive = 0;
        for (int i = 0; i < INPUTS; i++) {
            String format = formats[random.nextInt(3) > 0 ? 0 : random.nextInt(formats.length)].toString();
            String text = mutated();
            boolean latin = random.nextInt(20) == 0;
            Event intake = Intakes.event(text, format, tocsin -> {
                if (latin) {
                    tocsin.put("original_base64", "");
                }
                if (random.nextInt(10) == 0) {
                    tocsin.putObject("hec").put("sourcetype", "zeek:" + text).put("host", 7);
                }
            });
            List<Outcome> outcomes = processor.process(intake);
            assertThat(outcomes.stream().filter(o -> !o.child()).count()).as(text).isEqualTo(1);
            for (Outcome outcome : outcomes) {
                alive += outcome instanceof Outcome.Passed ? 1 : 0;
                check(intake, outcome, text);
            }
        }
        assertThat(alive).as("a fuzzer that only makes rubbish proves little").isGreaterThan(INPUTS / 10);
    }

    private static void check(Event intake, Outcome outcome, String text) {
        switch (outcome) {
            case Outcome.Passed passed -> {
                assertThat(Json.read(passed.event().json()).path("vendor").isObject()).as(text).isTrue();
                assertThat(passed.event().index()).as(text).startsWith("events-acme-");
            }
            case Outcome.Dead dead ->
                assertThat(dead.cause()).as(text).isNotBlank().doesNotContain("the parser failed");
            case Outcome.Dropped dropped -> assertThat(dropped.event()).isSameAs(intake);
        }
    }

    private String mutated() {
        StringBuilder text = new StringBuilder(SEEDS[random.nextInt(SEEDS.length)]);
        int changes = random.nextInt(6);
        for (int i = 0; i < changes && !text.isEmpty(); i++) {
            int at = random.nextInt(text.length());
            int to = Math.min(text.length(), at + random.nextInt(12));
            switch (random.nextInt(7)) {
                case 0 -> text.setLength(at);
                case 1 -> text.delete(at, to);
                case 2 -> text.insert(at, PIECES[random.nextInt(PIECES.length)]);
                case 3 -> text.replace(at, to, PIECES[random.nextInt(PIECES.length)]);
                case 4 -> text.insert(at, text.substring(at, to).repeat(1 + random.nextInt(40)));
                case 5 -> text.setCharAt(at, (char) random.nextInt(random.nextBoolean() ? 128 : 0xD800));
                default -> text.insert(at, SEEDS[random.nextInt(SEEDS.length)], 0, 20);
            }
        }
        return text.toString();
    }
}
