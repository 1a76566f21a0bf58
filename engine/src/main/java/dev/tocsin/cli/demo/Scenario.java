package dev.tocsin.cli.demo;

import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What the demo plays: templates of ordinary traffic and a story. Immutable; what it renders depends on the seed of the
 * given random numbers and on the clock alone.
 */
public final class Scenario {
    private final Pools pools;
    private final Pools storyPools;
    private final List<Template> background;
    private final Story story;

    private Scenario(Pools pools, Pools storyPools, List<Template> background, Story story) {
        this.pools = pools;
        this.storyPools = storyPools;
        this.background = background;
        this.story = story;
    }

    /**
     * Reads {@code background.yml} and {@code story.yml} in that folder.
     *
     * @throws ScenarioException when they cannot be played, saying where and why
     */
    public static Scenario read(Path folder) {
        Section file = Section.read(folder.resolve("background.yml")).only(Set.of("pools", "templates"));
        Pools pools = Pools.read(file.section("pools"));
        List<Template> templates = new ArrayList<>();
        for (Section section : file.sections("templates")) {
            templates.add(Template.read(section.only(Template.KEYS), section.text("name"), pools, Set.of()));
        }
        if (templates.isEmpty()) {
            throw new ScenarioException(file.where(), "there are no templates");
        }
        Section storyFile = Section.read(folder.resolve("story.yml"));
        Pools storyPools = pools.and(Pools.read(storyFile.section("pools")));
        return new Scenario(pools, storyPools, List.copyOf(templates), Story.read(storyFile, storyPools));
    }

    Story story() {
        return story;
    }

    List<Template> background() {
        return background;
    }

    /** Ordinary traffic without end: a template by its weight, another cast for each message. */
    Supplier<Message> traffic(RandomGenerator random, InstantSource clock, ZoneId zone) {
        int total = background.stream().mapToInt(Template::weight).sum();
        return () -> drawn(random.nextInt(total)).render(trafficCast(random, clock, zone));
    }

    /** The cast of one message of ordinary traffic. */
    Cast trafficCast(RandomGenerator random, InstantSource clock, ZoneId zone) {
        return new Cast(pools, random, clock, zone);
    }

    /** The cast of one telling of the story. */
    Cast storyCast(RandomGenerator random, InstantSource clock, ZoneId zone) {
        return new Cast(storyPools, random, clock, zone).with(story.facts());
    }

    private Template drawn(int ticket) {
        int left = ticket;
        for (Template template : background) {
            left -= template.weight();
            if (left < 0) {
                return template;
            }
        }
        throw new IllegalStateException("the ticket is below the sum of all weights");
    }
}
