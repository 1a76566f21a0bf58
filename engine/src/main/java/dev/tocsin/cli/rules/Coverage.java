package dev.tocsin.cli.rules;

import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import dev.tocsin.sigma.SigmaRule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which techniques of ATT&amp;CK rules are tagged with, by tactic. A technique stands under each tactic that ATT&amp;CK
 * gives it; where its table is not known, under those that its rules are tagged with.
 */
final class Coverage {
    private final AttackTable attack;
    private final @Nullable Collection<LogSource> seen;
    private final Map<String, Covered> techniques = new TreeMap<>();
    private final Map<String, Integer> rulesByTactic = new LinkedHashMap<>();
    private final Map<String, Integer> levels = new TreeMap<>();
    private final Map<String, Integer> sources = new TreeMap<>();
    private final Set<String> unknown = new TreeSet<>();
    private int rules;
    private int untagged;

    /** What rules there are for a technique. */
    static final class Covered {
        private final List<SigmaRule> rules = new ArrayList<>();
        private final Set<String> tactics = new TreeSet<>();
        private int live;

        int rules() {
            return rules.size();
        }

        /** Of these, how many are for logs that were seen. */
        int live() {
            return live;
        }
    }

    /** @param seen the log sources of events that came; null when nobody looked */
    Coverage(AttackTable attack, @Nullable Collection<LogSource> seen) {
        this.attack = attack;
        this.seen = seen;
        attack.tactics().keySet().forEach(tactic -> rulesByTactic.put(tactic, 0));
    }

    void add(SigmaRule rule) {
        rules++;
        levels.merge(rule.level() == null ? "none" : rule.level(), 1, Integer::sum);
        sources.merge(rule.logSource().toString(), 1, Integer::sum);
        Set<String> tactics = new TreeSet<>();
        Set<String> ids = new TreeSet<>();
        for (String tag : rule.tags()) {
            String name = tag.toLowerCase(Locale.ROOT);
            if (name.startsWith("attack.")) {
                String rest = name.substring("attack.".length()).replace('_', '-');
                if (rest.matches("t\\d{4}(\\.\\d{3})?")) {
                    ids.add(rest.toUpperCase(Locale.ROOT));
                } else if (attack.tactics().containsKey(rest)) {
                    tactics.add(rest);
                } else if (!rest.matches("([gsmc]|ds|ta)\\d{4}")) {
                    unknown.add(rest);
                }
            }
        }
        untagged += ids.isEmpty() && tactics.isEmpty() ? 1 : 0;
        boolean live = isLive(rule);
        Set<String> served = new TreeSet<>(tactics);
        for (String id : ids) {
            Covered covered = techniques.computeIfAbsent(id, _ -> new Covered());
            covered.rules.add(rule);
            covered.live += live ? 1 : 0;
            AttackTable.Technique known = attack.techniques().get(id);
            covered.tactics.addAll(known == null ? tactics : known.tactics());
            served.addAll(covered.tactics);
        }
        served.forEach(tactic -> rulesByTactic.merge(tactic, 1, Integer::sum));
    }

    private boolean isLive(SigmaRule rule) {
        return seen != null && seen.stream()
                .anyMatch(s -> rule.logSource().covers(s.product(), s.category(), s.service()));
    }

    int rules() {
        return rules;
    }

    int untagged() {
        return untagged;
    }

    boolean isSeenKnown() {
        return seen != null;
    }

    AttackTable attack() {
        return attack;
    }

    /** Rules for each tactic, those of no rule included, in the order of the matrix. */
    Map<String, Integer> rulesByTactic() {
        return rulesByTactic;
    }

    Map<String, Covered> techniques() {
        return techniques;
    }

    Map<String, Integer> levels() {
        return levels;
    }

    Map<String, Integer> sources() {
        return sources;
    }

    /** Techniques with rules that stand under the tactic, most rules first. */
    List<String> coveredUnder(String tactic) {
        return techniques.entrySet().stream().filter(e -> e.getValue().tactics.contains(tactic))
                .sorted((a, b) -> b.getValue().rules() - a.getValue().rules()).map(Map.Entry::getKey).toList();
    }

    /** Techniques of the table that stand under the tactic and for which there is no rule, also none for a part of it. */
    List<AttackTable.Technique> gapsUnder(String tactic) {
        return attack.techniques().values().stream()
                .filter(t -> t.id().indexOf('.') < 0 && t.tactics().contains(tactic)
                        && techniques.keySet().stream().noneMatch(id -> id.startsWith(t.id())))
                .toList();
    }

    String name(String id) {
        AttackTable.Technique technique = attack.techniques().get(id);
        return technique == null ? "" : technique.name();
    }

    ObjectNode json() {
        ObjectNode json = Json.object().put("rules", rules).put("untagged", untagged).put("techniques",
                techniques.size());
        json.put("attack_version", attack.version());
        ArrayNode tactics = json.putArray("tactics");
        rulesByTactic.forEach((tactic, count) -> {
            ObjectNode node = tactics.addObject().put("tactic", tactic).put("rules", count).put("techniques",
                    coveredUnder(tactic).size());
            ArrayNode list = node.putArray("covered");
            for (String id : coveredUnder(tactic)) {
                Covered covered = techniques.getOrDefault(id, new Covered());
                ObjectNode one = list.addObject().put("id", id).put("name", name(id)).put("rules", covered.rules());
                if (seen != null) {
                    one.put("live_rules", covered.live());
                }
            }
            if (!attack.techniques().isEmpty()) {
                ArrayNode gaps = node.putArray("gaps");
                gapsUnder(tactic).forEach(t -> gaps.addObject().put("id", t.id()).put("name", t.name()));
            }
        });
        ObjectNode byLevel = json.putObject("levels");
        levels.forEach(byLevel::put);
        ObjectNode bySource = json.putObject("log_sources");
        sources.forEach(bySource::put);
        unknown.forEach(json.putArray("unknown_tags")::add);
        return json;
    }

    /** A layer of the ATT&amp;CK Navigator, format 4.5: the score is the number of rules. */
    ObjectNode navigator(String name) {
        ObjectNode layer = Json.object().put("name", name).put("domain", "enterprise-attack")
                .put("description", rules + " Sigma rules, by their tags");
        ObjectNode versions = layer.putObject("versions").put("layer", "4.5").put("navigator", "4.9.1");
        if (!attack.version().isEmpty()) {
            versions.put("attack", attack.version().replaceFirst("\\..*", ""));
        }
        ArrayNode list = layer.putArray("techniques");
        int most = 1;
        for (Map.Entry<String, Covered> entry : techniques.entrySet()) {
            Covered covered = entry.getValue();
            int score = seen == null ? covered.rules() : covered.live();
            most = Math.max(most, score);
            ObjectNode node = list.addObject().put("techniqueID", entry.getKey()).put("score", score)
                    .put("enabled", true).put("showSubtechniques", entry.getKey().indexOf('.') > 0);
            StringBuilder comment = new StringBuilder();
            covered.rules.stream().limit(20).forEach(rule -> comment.append(rule.title()).append('\n'));
            node.put("comment", comment.append(covered.rules() > 20 ? "and more" : "").toString().strip());
        }
        ObjectNode gradient = layer.putObject("gradient").put("minValue", 0).put("maxValue", most);
        gradient.putArray("colors").add("#ffffff").add("#a6d8a8").add("#1b7f3b");
        return layer;
    }
}
