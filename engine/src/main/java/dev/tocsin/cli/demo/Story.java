package dev.tocsin.cli.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An intrusion, step by step.
 *
 * @param facts rendered once at the beginning and the same in all steps of that run
 * @param pause how long until the story is told again, with another cast
 */
record Story(String title, Map<String, Phrase> facts, Duration pause, List<Step> steps) {

    /**
     * One thing the intruder does.
     *
     * @param number from 1
     * @param after how long after the step before
     * @param caption a sentence for people, which may name who and what this telling is about
     * @param shots the messages it leaves behind
     * @param fires ids of exactly those rules that must raise alerts for it
     */
    record Step(int number, Duration after, Phrase caption, List<Shot> shots, Set<String> fires) {
    }

    /** A template sent some times over, with a gap between. */
    record Shot(Template template, int times, Duration gap) {
    }

    static Story read(Section file, Pools pools) {
        file.only(Set.of("title", "pools", "facts", "pause", "steps"));
        Set<String> known = new HashSet<>();
        Map<String, Phrase> facts = Template.phrases(file.section("facts"), pools, known);
        List<Step> steps = new ArrayList<>();
        for (Section step : file.sections("steps")) {
            step.only(Set.of("after", "caption", "events", "fires"));
            Phrase caption = Phrase.parse(step.text("caption"),
                    new Phrase.Scope(step.where() + ".caption", pools, known));
            steps.add(new Step(steps.size() + 1, step.seconds("after", Duration.ZERO), caption,
                    shots(step, pools, known), Set.copyOf(step.texts("fires"))));
        }
        if (steps.isEmpty()) {
            throw new ScenarioException(file.where(), "a story needs steps");
        }
        return new Story(file.text("title"), facts, file.seconds("pause", Duration.ofSeconds(15)), List.copyOf(steps));
    }

    /** How long one telling takes, without the pause after it. */
    Duration length() {
        return steps.stream().map(Step::after).reduce(Duration.ZERO, Duration::plus);
    }

    private static List<Shot> shots(Section step, Pools pools, Set<String> facts) {
        List<Shot> shots = new ArrayList<>();
        Set<String> keys = new HashSet<>(Template.KEYS);
        keys.removeAll(Set.of("name", "weight"));
        keys.addAll(Set.of("times", "gap"));
        for (Section event : step.sections("events")) {
            event.only(keys);
            shots.add(new Shot(Template.read(event, step.text("caption"), pools, facts), event.number("times", 1),
                    event.seconds("gap", Duration.ofMillis(100))));
        }
        if (shots.isEmpty()) {
            throw new ScenarioException(step.where(), "a step needs events");
        }
        return List.copyOf(shots);
    }
}
