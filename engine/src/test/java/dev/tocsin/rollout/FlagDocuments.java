package dev.tocsin.rollout;

import dev.tocsin.event.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Documents of flags for tests, written with single quotes. */
final class FlagDocuments {
    private FlagDocuments() {
    }

    static JsonNode json(String text) {
        return Json.read(text.replace('\'', '"'));
    }

    /** A flag with the variants open and closed. */
    static JsonNode flag(String standard, String targeting) {
        return json("{'state':'ENABLED','variants':{'open':true,'closed':false},'defaultVariant':'" + standard
                + "','targeting':" + targeting + "}");
    }

    /** Both flags alike: open for these engines, closed for all others. */
    static JsonNode openFor(String... engines) {
        StringBuilder names = new StringBuilder();
        for (String engine : engines) {
            names.append(names.isEmpty() ? "" : ",").append('\'').append(engine).append('\'');
        }
        String flag = "{'state':'ENABLED','variants':{'open':true,'closed':false},'defaultVariant':'closed',"
                + "'targeting':{'if':[{'in':[{'var':'engine'},[" + names + "]]},'open','closed']}}";
        return json("{'flags':{'detect.ingress':" + flag + ",'detect.egress':" + flag + "}}");
    }

    static FlagDesk.Request request(@Nullable JsonNode document) {
        return new FlagDesk.Request(null, document, "test", null, false);
    }
}
