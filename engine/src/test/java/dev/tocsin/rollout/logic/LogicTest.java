package dev.tocsin.rollout.logic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.event.Json;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The operators, as jsonlogic.com and flagd's reference say them. */
class LogicTest {
    private static final Map<String, Object> VALUES = Map.of("customer", "acme", "engine", "green", "version", "1.4.2",
            "targetingKey", "user-1", "$flagd.flagKey", "f");

    private static Expression compile(String rule) {
        return new LogicCompiler(
                Json.read("{\"isAcme\":{\"==\":[{\"var\":\"customer\"},\"acme\"]},\"self\":{\"$ref\":\"self\"}}"),
                List.of("customer", "engine", "version", "targetingKey", "$flagd.flagKey", "nothing"))
                .compile(Json.read(rule.replace('\'', '"')), "");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"{'==':[{'var':'customer'},'acme']} | true",
            "{'==':[1,'1']} | true", "{'===':[1,'1']} | false", "{'!=':[null,0]} | true", "{'!==':['a','a']} | false",
            "{'<':[1,2]} | true", "{'<':[1,2,2]} | false", "{'<=':[1,2,2]} | true", "{'>':['b','a']} | true",
            "{'>=':['x',1]} | false", "{'!':[[]]} | true", "{'!!':'0'} | true", "{'!':0} | true",
            "{'in':['cm',{'var':'customer'}]} | true", "{'in':['acme',['a','acme']]} | true",
            "{'in':['1',[1]]} | false",
            "{'cat':[{'var':'customer'},'/',2]} | acme/2", "{'starts_with':[{'var':'engine'},'gre']} | true",
            "{'ends_with':[{'var':'engine'},'gre']} | false", "{'and':[true,'x']} | x", "{'and':['',true]} | ``",
            "{'or':[0,'y','z']} | y", "{'or':[false,0]} | 0.0", "{'if':[true,'a','b']} | a", "{'if':[0,'a']} | null",
            "{'var':['nothing','else']} | else", "{'$ref':'isAcme'} | true",
            "{'sem_ver':[{'var':'version'},'^','1.0.0']} | true",
            "{'sem_ver':[{'var':'version'},'~','1.3.9']} | false",
            "{'sem_ver':['1.0.0-rc.2','<','1.0.0-rc.10']} | true",
            "{'sem_ver':['1.0.0','>','1.0.0-rc']} | true", "{} | null"})
    void anOperatorSays(String rule, String value) {
        Expression compiled = compile(rule);
        assertThat(String.valueOf(compiled.value(VALUES::get))).isEqualTo(value);
        assertThat(String.valueOf(compiled.fold(VALUES::get).value(v -> "?"))).as("folded").isEqualTo(value);
        assertThat(compiled.fold(VALUES::get)).isInstanceOf(Expression.Constant.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"{'regex':['a','b']} | /regex: unknown operator",
            "{'if':[{'like':['a','b']},'x','y']} | /if/0/like: unknown operator",
            "{'var':'custmer'} | /var: unknown variable",
            "{'$ref':'nobody'} | /$ref: there is no evaluator", "{'$ref':'self'} | refers to itself",
            "{'fractional':[['a',0],['b',0]]} | /fractional: the weights make 0",
            "{'==':[1]} | /==: == takes 2 arguments",
            "{'fractional':[['a',1.5]]} | /fractional/0: a share is", "{'==':[1,2],'!=':[1,2]} | one operator"})
    void whatIsNoRuleIsRefusedWithItsPlace(String rule, String message) {
        assertThatThrownBy(() -> compile(rule)).isInstanceOf(LogicException.class).hasMessageContaining(message);
    }

    @Test
    void foldingLeavesOnlyWhatIsNotKnown() {
        Expression rule = compile(
                "{'if':[{'and':[{'==':[{'var':'engine'},'green']},{'==':[{'var':'customer'},'acme']}]},"
                        + "{'fractional':[{'var':'targetingKey'},['open',5],['closed',95]]},'closed']}");
        Expression left = rule.fold(knowing(Set.of("engine", "customer"), VALUES));
        assertThat(left).isInstanceOf(Expression.Fraction.class);
        assertThat(left.value(VALUES::get)).isEqualTo(rule.value(VALUES::get));
        Map<String, Object> other = Map.of("engine", "green", "customer", "other");
        assertThat(rule.fold(knowing(Set.of("engine", "customer"), other)))
                .isEqualTo(new Expression.Constant("closed"));
    }

    private static Scope knowing(Set<String> known, Map<String, Object> values) {
        return new Scope() {
            @Override
            public Object get(String variable) {
                assertThat(known).contains(variable);
                return values.get(variable);
            }

            @Override
            public boolean knows(String variable) {
                return known.contains(variable);
            }
        };
    }

    @Test
    void aShareOfNothingIsAnErrorAndNotAShare() {
        assertThatThrownBy(() -> compile("{'fractional':[{'var':'nothing'},['a',1],['b',1]]}").value(VALUES::get))
                .hasMessageContaining("what fractional hashes is not there");
        assertThatThrownBy(() -> compile("{'sem_ver':['x','=','1.0.0']}").value(VALUES::get))
                .hasMessageContaining("\"x\" is no version");
    }

    @Test
    void aShareWithoutAKeyIsToldByFlagAndTargetingKey() {
        String shares = "['a',1],['b',1],['c',7]]}";
        Expression bare = compile("{'fractional':[" + shares);
        Expression said = compile("{'fractional':[{'cat':[{'var':'$flagd.flagKey'},{'var':'targetingKey'}]}," + shares);
        for (int i = 0; i < 1000; i++) {
            Map<String, Object> values = Map.of("targetingKey", "k" + i, "$flagd.flagKey", "f");
            assertThat(bare.value(values::get)).isEqualTo(said.value(values::get));
        }
    }
}
