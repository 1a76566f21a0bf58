package dev.tocsin.content;

import dev.tocsin.base.Problem;
import dev.tocsin.detect.DetectionRule;
import dev.tocsin.detect.Ruleset;
import dev.tocsin.detect.SigmaLoading;
import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import dev.tocsin.sigma.Pipeline;
import dev.tocsin.sigma.RuleCache;
import dev.tocsin.sigma.RuleTests;
import dev.tocsin.sigma.SigmaRule;
import dev.tocsin.sigma.SigmaRules;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether compiled rules, as they are about to go live, find what their tests say. The check before a push evaluates rules one
 * by one and slowly; here the engine answers that events will meet.
 */
final class SelfTest {
    private final RuleCache cache;

    SelfTest(RuleCache cache) {
        this.cache = cache;
    }

    /**
     * @param before what was tested already
     * @param without rules that are left out
     * @throws ContentException naming the first test that fails
     */
    void run(Bundle bundle, Ruleset compiled, @Nullable Manifest before, Set<String> without) {
        List<String> changed = before == null
                ? bundle.manifest().hashes().keySet().stream().filter(Bundle::isRule).toList()
                : bundle.changedSince(before);
        List<Path> files = changed.stream().filter(f -> bundle.manifest().hashes().containsKey(Bundle.testsOf(f))).map(
                bundle::path).toList();
        if (files.isEmpty()) {
            return;
        }
        Pipeline pipeline = SigmaLoading.pipeline(bundle.pipelines(), new ArrayList<>());
        SigmaRules.Loaded some = SigmaRules.load(files, Map.of(), pipeline, cache);
        for (RuleTests.Asked asked : RuleTests.asked(some, files)) {
            List<SigmaRule> rules = asked.rules().stream().filter(r -> !without.contains(r.id())).toList();
            if (!rules.isEmpty() && rules.stream().anyMatch(r -> fires(compiled, r, asked)) != asked.mustFire()) {
                throw new ContentException(new Problem("E434", asked.file() + ":" + asked.line(), "compiled, rule "
                        + rules.getFirst().id() + " \"" + rules.getFirst().title() + "\" "
                        + (asked.mustFire() ? "does not fire" : "fires") + " on " + asked.name(),
                        "the old rules stay in force; report this together with the rule"));
            }
        }
    }

    private static boolean fires(Ruleset compiled, SigmaRule rule, RuleTests.Asked asked) {
        LogSource source = asked.ownSource()
                ? new LogSource(rule.logSource().product(), category(rule), rule.logSource().service())
                : new LogSource(asked.product(), asked.category(), asked.service());
        byte[] body = Json.write(Json.object().set("vendor", asked.fields()));
        return compiled.match(body, source).rules().stream().map(DetectionRule::id).anyMatch(rule.id()::equals);
    }

    private static List<String> category(SigmaRule rule) {
        String category = rule.logSource().category();
        return category == null ? List.of() : List.of(category);
    }
}
