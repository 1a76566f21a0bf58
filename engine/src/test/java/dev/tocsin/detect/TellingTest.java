package dev.tocsin.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.Json;
import dev.tocsin.log.Events;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TellingTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"user":{"name":"bob"},"process":{"command_line":"curl x"},"host":{"name":"h1"}} | bob ran "curl x" on h1
            {"process":{"executable":"/usr/bin/nc"},"source":{"ip":"10.1.1.1"}} | 10.1.1.1 ran nc
            {"vendor":{"Image":"C:\\\\a\\\\reg.exe","TargetObject":"HKLM\\\\Run","Computer":"WS"}} | reg.exe changed HKLM\\Run on WS
            {"vendor":{"Image":"/bin/x","User":"eve","DestinationIp":"8.8.8.8"}} | x of eve reached 8.8.8.8
            {"vendor":{"id.orig_h":"10.0.0.9","query":"evil.example"}} | 10.0.0.9 asked for evil.example
            {"url":{"path":"/a?id=1"},"source":{"ip":"1.2.3.4"},"host":{"name":"web"}} | 1.2.3.4 requested /a?id=1 on web
            {"vendor":{"eventName":"StopLogging","userIdentity":{"arn":"arn:x"},"sourceIPAddress":"5.6.7.8"}} | arn:x did StopLogging, from 5.6.7.8
            {"message":"Failed   password\\nfor root","host":{"name":"h"}} | Failed password for root on h
            {"user":{"name":"-"},"n":1} | An event of fw matched
            {"vendor":{"EventID":1001,"x":{},"Provider_Name":"WER","a":"b","c":"d"}} | An event of fw matched: EventID 1001, Provider_Name WER, a b
            []  | An event of fw matched
            """)
    void saysInOneSentenceWhoDidWhatWhere(String body, String summary) {
        assertThat(Telling.of(Json.read(body)).summary(Events.event(1, body))).isEqualTo(summary);
    }

    @Test
    void longValuesAreCut() {
        String body = "{\"process\":{\"command_line\":\"" + "a".repeat(118) + "😀😀\"}}";
        assertThat(Telling.of(Json.read(body)).summary(Events.event(1, body)))
                .isEqualTo("Somebody ran \"" + "a".repeat(118) + "…\"");
    }
}
