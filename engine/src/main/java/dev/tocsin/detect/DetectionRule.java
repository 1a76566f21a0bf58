package dev.tocsin.detect;

import java.util.List;

/**
 * What an alert says about the rule that raised it. Author and references travel with each alert because the licence of
 * the public rule set asks for it.
 *
 * @param level informational, low, medium, high or critical
 * @param author as the rule names them, or empty
 * @param file where the rule was read from
 */
public record DetectionRule(String id, String title, String level, String author, List<String> references,
        List<String> tags, String file) {
    public DetectionRule {
        references = List.copyOf(references);
        tags = List.copyOf(tags);
    }
}
