package dev.tocsin.sigma;

import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Lints lists around the detection: tags, references, false positives, related rules. */
final class TagLint {
    private static final Pattern TAG = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)+");
    private static final Set<String> NAMESPACES = new TreeSet<>(
            Set.of("attack", "car", "cve", "d3fend", "detection", "stp", "tlp", "atlas"));
    /** Tactics of ATT&amp;CK for enterprises as tags name them. */
    static final List<String> TACTICS = List.of("reconnaissance", "resource-development", "initial-access", "execution",
            "persistence", "privilege-escalation", "defense-evasion", "credential-access", "discovery",
            "lateral-movement", "collection", "command-and-control", "exfiltration", "impact");
    /** Later editions split defense evasion; rules name either. */
    private static final Set<String> OTHER_TACTICS = Set.of("stealth", "defense-impairment");
    private static final Pattern ATTACK_ID = Pattern
            .compile("t\\d{4}(\\.\\d{3})?|ta\\d{4}|[gsm]\\d{4}|c\\d{4}|ds\\d{4}");
    private static final Set<String> RELATIONS = new TreeSet<>(
            Set.of("derived", "obsolete", "obsoletes", "merged", "renamed", "similar", "correlation"));
    private static final Set<String> EMPTY_WORDS = Set.of("none", "pentest", "penetration test", "penetration testing",
            "n/a", "na", "legitimate", "todo");

    private final YamlNode.Mapping root;
    private final List<SigmaProblem> problems;

    /** @param problems what is found is added */
    TagLint(YamlNode.Mapping root, List<SigmaProblem> problems) {
        this.root = root;
        this.problems = problems;
    }

    void lint() {
        tags();
        references();
        for (YamlNode.Scalar one : scalars("falsepositives")) {
            if (EMPTY_WORDS.contains(one.text().toLowerCase(Locale.ROOT).strip())) {
                add(LintCheck.EMPTY_FALSEPOSITIVE, one, "\"" + one.text() + "\" tells an analyst nothing",
                        "say which program or habit looks like this, or write Unknown");
            }
        }
        related();
    }

    private List<YamlNode.Scalar> scalars(String key) {
        return root.get(key) instanceof YamlNode.Sequence list
                ? list.items().stream().filter(YamlNode.Scalar.class::isInstance).map(YamlNode.Scalar.class::cast)
                        .toList()
                : List.of();
    }

    private void tags() {
        Set<String> seen = new HashSet<>();
        boolean technique = false;
        boolean tactic = false;
        for (YamlNode.Scalar tag : scalars("tags")) {
            String text = tag.text();
            if (!seen.add(text.toLowerCase(Locale.ROOT))) {
                add(LintCheck.REPEATED_TAG, tag, "the tag \"" + text + "\" stands twice", "remove one");
            }
            if (!TAG.matcher(text).matches()) {
                add(LintCheck.BAD_TAG, tag, "\"" + text + "\" is not a tag",
                        "write namespace.name in lower case, such as attack.t1059.001");
                continue;
            }
            String namespace = text.substring(0, text.indexOf('.'));
            String name = text.substring(namespace.length() + 1);
            if (!NAMESPACES.contains(namespace)) {
                add(LintCheck.UNKNOWN_TAG_NAMESPACE, tag, "\"" + namespace + "\" is no namespace of the specification",
                        Suggestion.hint(namespace, NAMESPACES, "known are " + String.join(", ", NAMESPACES)));
            } else if (namespace.equals("attack")) {
                boolean isTactic = isTactic(name.replace('_', '-'));
                tactic |= isTactic;
                technique |= name.startsWith("t") && ATTACK_ID.matcher(name).matches();
                attack(tag, name, isTactic);
            }
        }
        if (technique && !tactic) {
            YamlNode list = root.get("tags");
            problems.add(LintCheck.TECHNIQUE_WITHOUT_TACTIC.at((list == null ? root : list).place(),
                    LintCheck.TECHNIQUE_WITHOUT_TACTIC.summary(), "add attack.execution, or whichever it serves"));
        }
    }

    private static boolean isTactic(String name) {
        return TACTICS.contains(name) || OTHER_TACTICS.contains(name) || name.matches("ta\\d{4}");
    }

    private void attack(YamlNode.Scalar tag, String name, boolean isTactic) {
        if (isTactic && name.indexOf('_') >= 0) {
            add(LintCheck.BAD_TAG, tag, "\"" + tag.text() + "\" is the spelling of Sigma 1",
                    "write attack." + name.replace('_', '-'));
        } else if (!isTactic && !ATTACK_ID.matcher(name).matches()) {
            add(LintCheck.BAD_ATTACK_TAG, tag, "\"" + tag.text() + "\" names nothing of ATT&CK",
                    Suggestion.hint(name, TACTICS, "write a tactic, or an id such as attack.t1059.001"));
        }
    }

    private void references() {
        Set<String> seen = new HashSet<>();
        for (YamlNode.Scalar reference : scalars("references")) {
            if (!seen.add(reference.text())) {
                add(LintCheck.REPEATED_REFERENCE, reference, "the reference stands twice", "remove one");
            }
            if (!isAddress(reference.text())) {
                add(LintCheck.BAD_REFERENCE, reference, "\"" + reference.text() + "\" is no web address",
                        "references are for links; what else there is to say goes into the description");
            }
        }
    }

    private static boolean isAddress(String text) {
        try {
            URI uri = URI.create(text.strip().replaceAll("[\\[\\]{}|\\\\^`\" <>]", "_"));
            return uri.getScheme() != null && uri.getScheme().matches("(?i)https?") && uri.getAuthority() != null;
        } catch (IllegalArgumentException _) {
            return text.matches("(?i)https?://\\S+");
        }
    }

    private void related() {
        if (!(root.get("related") instanceof YamlNode.Sequence list)) {
            return;
        }
        String own = root.text("id");
        for (YamlNode item : list.items()) {
            String id = item instanceof YamlNode.Mapping m ? m.text("id") : null;
            String type = item instanceof YamlNode.Mapping m ? m.text("type") : null;
            if (id == null || type == null || !RELATIONS.contains(type)) {
                problems.add(LintCheck.BAD_RELATED.at(item.place(),
                        id == null || type == null
                                ? "an entry of related needs id and type"
                                : "\"" + type + "\" is no type of relation",
                        "types are " + String.join(", ", RELATIONS)));
            } else if (id.equals(own)) {
                problems.add(LintCheck.RELATED_TO_ITSELF.at(item.place(), LintCheck.RELATED_TO_ITSELF.summary(),
                        "remove it, or name the other rule"));
            }
        }
    }

    private void add(LintCheck check, YamlNode.Scalar scalar, String what, String hint) {
        problems.add(check.at(scalar.place(), what, hint));
    }
}
