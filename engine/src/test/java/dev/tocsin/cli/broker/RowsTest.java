package dev.tocsin.cli.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class RowsTest {
    private static List<String> rows(String text, boolean csv) throws IOException {
        Rows rows = new Rows(new BufferedReader(new StringReader(text)), csv);
        List<String> all = new ArrayList<>();
        for (ObjectNode row = rows.next(); row != null; row = rows.next()) {
            all.add(rows.line() + " " + row);
        }
        return all;
    }

    @Test
    void csvIsReadAsTheStandardHasIt() throws IOException {
        assertThat(rows("\uFEFFip,owner\r\n10.0.0.1,ann\r\n10.0.0.2,\"bob, \"\"the\nadmin\"\"\"\n\n10.0.0.3,", true))
                .containsExactly("2 {\"ip\":\"10.0.0.1\",\"owner\":\"ann\"}",
                        "4 {\"ip\":\"10.0.0.2\",\"owner\":\"bob, \\\"the\\nadmin\\\"\"}",
                        "6 {\"ip\":\"10.0.0.3\",\"owner\":\"\"}");
        assertThat(rows("a\n", true)).isEmpty();
    }

    @Test
    void jsonLinesMayHaveEmptyOnesBetween() throws IOException {
        assertThat(rows("{\"key\":1}\n\n{\"key\":\"b\"}", false)).containsExactly("1 {\"key\":1}", "3 {\"key\":\"b\"}");
    }

    @Test
    void whatIsNoRowIsNamedByItsLine() {
        assertThatThrownBy(() -> rows("a,b\n1,2\n1,2,3\n", true)).hasMessage("line 4: 3 values under 2 names");
        assertThatThrownBy(() -> rows("a,b\n1,\"2\n", true)).hasMessageContaining("a quotation mark is not closed");
        assertThatThrownBy(() -> rows("a,a\n1,2\n", true)).hasMessageContaining("line 1: ");
        assertThatThrownBy(() -> rows("", true)).hasMessageContaining("line 1: ");
        assertThatThrownBy(() -> rows("{\"a\":1}\n{a\n", false)).hasMessageContaining("line 2: not JSON");
        assertThatThrownBy(() -> rows("[1]\n", false)).hasMessage("line 1: not a JSON object");
    }
}
