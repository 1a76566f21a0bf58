package dev.tocsin.rollout;

import static dev.tocsin.rollout.FlagDocuments.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.base.Problem;
import dev.tocsin.rollout.Decision.Reason;
import dev.tocsin.event.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class FlagReaderTest {
    private static final String FRAME = "{'flags':{'detect.egress':{'state':'ENABLED','variants':{'open':true,'closed':false},"
            + "'defaultVariant':'closed','targeting':%s}},'$evaluators':{'ours':{'in':[{'var':'customer'},['a','b']]}}}";

    private final FlagReader reader = new FlagReader();

    private static JsonNode with(String targeting) {
        return json(FRAME.formatted(targeting));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"{} | |",
            "{'flags':[]} | /flags | object expected",
            "{'flags':{},'x':1} | | 'x'",
            "{'flags':{'detect.egress':{'variants':{'a':true}}}} | /flags/detect.egress | required property 'state'",
            "{'flags':{'detect.egress':{'state':'enabled','variants':{'on':true}}}} | /flags/detect.egress/state | ENABLED",
            "{'flags':{'detect.egress':{'state':'ENABLED','variants':{}}}} | /flags/detect.egress/variants | at least 1",
            "{'flags':{'detect.egress':{'state':'ENABLED','variants':{'on':'yes'}}}} | /flags/detect.egress/variants/on | boolean expected",
            "{'flags':{'detect.egress':{'state':'ENABLED','variants':{'on':true},'defaultVarient':'on'}}} | /flags/detect.egress | 'defaultVarient'",
            "{'flags':{'detect.egress':{'state':'ENABLED','variants':{'on':true},'defaultVariant':'off'}}} | /flags/detect.egress/defaultVariant | no variant",
            "{'flags':{'detect.egres':{'state':'ENABLED','variants':{'on':true},'defaultVariant':'on'}}} | /flags/detect.egres | there is no flag"})
    void aDocumentIsRefusedWithThePlace(String document, String place, String what) {
        Problem problem = only(reader.check(json(document)));
        assertThat(problem.code()).isEqualTo("E123");
        assertThat(problem.where()).isEqualTo(place == null ? "" : place);
        assertThat(problem.what()).contains(what == null ? "" : what);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "{'regex':[{'var':'customer'},'a.*']} | /targeting | unknown operator \"regex\"",
            "{'if':[{'==':[{'var':'engine'},'green']},{'unless':[1,2]},'closed']} | /targeting/if/1 | unknown operator \"unless\"",
            "{'if':[{'+':[1,2]},'open','closed']} | /targeting/if/0 | unknown operator \"+\"",
            "{'if':[{'==':[{'var':'custmer'},'a']},'open','closed']} | /targeting/if/0/==/0/var | unknown variable \"custmer\"",
            "{'if':[{'<':[{'var':'$flagd.timestamp'},1]},'open','closed']} | /targeting/if/0/</0/var | unknown variable \"$flagd.timestamp\"",
            "{'if':[{'==':[{'var':'engine'}]},'open','closed']} | /targeting/if/0/== | at least 2",
            "{'if':[{'==':[{'var':'engine'},'green']},'opne','closed']} | /targeting/if/1 | \"opne\" is no variant",
            "{'fractional':[{'var':'targetingKey'},['open',-5],['closed',95]]} | /targeting/fractional/1/1 | minimum value of 0",
            "{'fractional':[{'var':'targetingKey'},['opne',5],['closed',95]]} | /targeting/fractional | \"opne\" is no variant",
            "{'fractional':[['open',0]]} | /targeting/fractional | the weights make 0",
            "{'if':[{'$ref':'theirs'},'open','closed']} | /targeting/if/0/$ref | there is no evaluator \"theirs\""})
    void aTargetingIsRefusedWithThePlace(String targeting, String place, String what) {
        Problem problem = only(reader.check(with(targeting)));
        assertThat(problem.where()).isEqualTo("/flags/detect.egress" + place);
        assertThat(problem.what()).contains(what);
    }

    private static Problem only(List<Problem> problems) {
        assertThat(problems).hasSize(1);
        return problems.getFirst();
    }

    @Test
    void allProblemsAreSaidAtOnce() {
        List<Problem> problems = reader.check(json("{'flags':{'detect.egress':{'state':'ON','variants':{'a':1}},"
                + "'detect.ingress':{'variants':{}}}}"));
        assertThat(problems).extracting(Problem::where).contains("/flags/detect.egress/state",
                "/flags/detect.egress/variants/a", "/flags/detect.ingress", "/flags/detect.ingress/variants");
    }

    @Test
    void theHintSaysWhatWasMeant() {
        Problem unknown = only(reader.check(json(
                "{'flags':{'detect.ingres':{'state':'ENABLED','variants':{'on':true},'defaultVariant':'on'}}}")));
        assertThat(unknown.hint()).contains("did you mean \"detect.ingress\"?");
        Problem clock = only(reader.check(with("{'if':[{'<':[{'var':'$flagd.timestamp'},1]},'open','closed']}")));
        assertThat(clock.hint()).contains("a replay would get another answer");
    }

    @Test
    void atIngressThereIsNoRule() {
        String flag = "{'state':'ENABLED','variants':{'open':true},'defaultVariant':'open','targeting':"
                + "{'if':[{'==':[{'var':'rule'},'r1']},'open','open']}}";
        assertThat(reader.check(json("{'flags':{'detect.egress':" + flag + "}}"))).isEmpty();
        assertThat(only(reader.check(json("{'flags':{'detect.ingress':" + flag + "}}"))).what())
                .isEqualTo("unknown variable \"rule\"");
    }

    @Test
    void whatFlagdsReferenceShowsIsAccepted() {
        assertThat(reader.check(with("{'if':[{'$ref':'ours'},'open',{'if':[{'sem_ver':['1.2.3','>=','1.0.0']},"
                + "{'fractional':[{'cat':[{'var':'$flagd.flagKey'},{'var':'customer'}]},['open',25],['closed',75]]},null]}]}")))
                .isEmpty();
        assertThat(reader.check(json("{'$schema':'https://flagd.dev/schema/v0/flags.json','metadata':{'version':'1'},"
                + "'flags':{'detect.egress':{'state':'DISABLED','variants':{'on':true},'defaultVariant':'on',"
                + "'targeting':{},'metadata':{'owner':'soc'}}}}"))).isEmpty();
    }

    /** Written by a later version, or by hand into the topic: only the flag with the unknown operator is spoilt. */
    @Test
    void whatIsInForceIsReadLeniently() {
        JsonNode document = json("{'flags':{'detect.egress':{'state':'ENABLED','variants':{'open':true},"
                + "'defaultVariant':'open','targeting':{'if':[{'rollout':[1,2]},'open','open']}},"
                + "'detect.ingress':{'state':'ENABLED','variants':{'open':true},'defaultVariant':'open'}}}");
        FlagSet flags = reader.read(7, document, Set.of());
        Subject blue = new Subject("blue", false, "acme", "s", "paris", "", "k");
        assertThat(flags.prepare("detect.ingress", blue).decide(blue).passage()).isEqualTo(Passage.OPEN);
        Decision held = flags.prepare("detect.egress", blue).decide(blue);
        assertThat(held.passage()).isEqualTo(Passage.HELD);
        assertThat(held.reason()).isEqualTo(Reason.ERROR);
        assertThat(held.why()).contains("detect.egress cannot be used", "/targeting/if/0",
                "unknown operator \"rollout\"");
    }

    /** The document that the documentation shows does what the text beside it says. */
    @Test
    void theExampleInTheDocumentation() throws Exception {
        Path here = Path.of("").toAbsolutePath();
        Path root = Files.isDirectory(here.resolve("engine")) ? here : here.getParent();
        String page = Files.readString(root.resolve("docs/tasks/flags.md"));
        JsonNode document = Json.read(page.split("```json\n")[1].split("```")[0]);
        assertThat(reader.check(document)).isEmpty();
        FlagSet flags = reader.read(1, document, Set.of());
        assertThat(says(flags, "detect.ingress", "blue", "acme")).isEqualTo(Passage.OPEN);
        assertThat(says(flags, "detect.egress", "blue", "acme")).isEqualTo(Passage.OPEN);
        assertThat(says(flags, "detect.egress", "blue", "lab")).isEqualTo(Passage.CLOSED);
        assertThat(says(flags, "detect.egress", "green", "acme")).isEqualTo(Passage.CLOSED);
        assertThat(says(flags, "detect.egress", "green", "lab")).isEqualTo(Passage.OPEN);
        assertThat(says(flags, "detect.egress", "red", "lab")).isEqualTo(Passage.HELD);
        Subject green = new Subject("green", true, "acme", "s", "paris", "", "k");
        assertThat(flags.prepare("detect.ingress", green).variesBy()).containsExactly("targetingKey");
    }

    private static Passage says(FlagSet flags, String flag, String engine, String customer) {
        Subject subject = new Subject(engine, true, customer, "s", "paris", "r", "k");
        return flags.prepare(flag, subject).decide(subject).passage();
    }
}
