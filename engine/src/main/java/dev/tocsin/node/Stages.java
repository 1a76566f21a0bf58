package dev.tocsin.node;

import dev.tocsin.base.Problem;
import dev.tocsin.detect.ActiveRules;
import dev.tocsin.detect.Alerts;
import dev.tocsin.detect.CorrelateStage;
import dev.tocsin.detect.DetectStage;
import dev.tocsin.detect.Gate;
import dev.tocsin.detect.MatchFeed;
import dev.tocsin.index.IndexStage;
import dev.tocsin.index.SearchIndex;
import dev.tocsin.log.EngineStages;
import dev.tocsin.log.StageSpec;
import dev.tocsin.log.Stream;
import dev.tocsin.node.TocsinConfig.Role;
import dev.tocsin.process.ProcessStage;
import dev.tocsin.process.Lookups;
import dev.tocsin.process.Processor;
import dev.tocsin.process.Steps;
import dev.tocsin.sink.FileSinkConfig;
import dev.tocsin.sink.SinkConfig;
import dev.tocsin.sink.SinkCounts;
import dev.tocsin.sink.SinkStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which stages a node runs, from its roles and its configuration. */
final class Stages {
    static final String PROCESS = "process";
    /** Rises when another site takes detection over; with one site it is always the first. */
    static final long SITE_EPOCH = 1;

    private Stages() {
    }

    /** Whether a part of an engine runs on a node with these roles. */
    static boolean hasEngine(Set<Role> roles) {
        return roles.contains(Role.WORKER) || roles.contains(Role.PROXY) || roles.contains(Role.ENGINE);
    }

    private static String name(TocsinConfig config, String stage) {
        return EngineStages.name(stage, config.detect().engineName());
    }

    /** The stages of the configuration that keep state, whichever node runs them. */
    static List<String> stateful(TocsinConfig config) {
        List<String> names = new ArrayList<>(List.of(PROCESS, name(config, EngineStages.DETECT),
                name(config, EngineStages.CORRELATE)));
        config.sinks().keySet().forEach(name -> names.add(sinkName(name)));
        return names;
    }

    /** @param parking for the stage of that name, one for each worker */
    static List<StageSpec> of(TocsinConfig config, Set<Role> roles, int partitions, ActiveRules rules,
            Lookups lookups, Gate gate, Function<String, DetectStage.Parking> parking, @Nullable SearchIndex index,
            Consumer<Problem> alarms,
            Map<String, SinkCounts> counts) {
        List<StageSpec> specs = new ArrayList<>();
        Alerts alerts = new Alerts(config.detect().engineName(), config.site().name(), SITE_EPOCH);
        String lane = EngineStages.lane(config.detect().engineName());
        if (roles.contains(Role.WORKER) || roles.contains(Role.PROCESSOR)) {
            Processor processor = Processor.of(config.process());
            Steps steps = Steps.compile(config.process().steps(), lookups).steps();
            specs.add(new StageSpec(PROCESS, List.of(Stream.INTAKE), 1, true,
                    _ -> new ProcessStage(processor::process, steps, config.process().window())));
        }
        if (roles.contains(Role.WORKER) || roles.contains(Role.ENGINE)) {
            specs.add(new StageSpec(name(config, EngineStages.DETECT), List.of(Stream.EVENTS), 1, true, lane,
                    _ -> new DetectStage(rules, alerts,
                            new MatchFeed(config.detect().correlate(), config.site().name(), Clock.systemUTC()),
                            config.detect().verifyOneIn(), gate,
                            parking.apply(name(config, EngineStages.DETECT)))));
        }
        if (roles.contains(Role.PROXY) || roles.contains(Role.ENGINE)) {
            specs.add(new StageSpec(name(config, EngineStages.CORRELATE), List.of(Stream.MATCHES), 1, true, lane,
                    _ -> new CorrelateStage(rules, alerts, config.detect().correlate(), partitions, alarms,
                            gate)));
        }
        if (index != null) {
            specs.add(new StageSpec("index", List.of(Stream.EVENTS, Stream.ALERTS), 1, false,
                    _ -> new IndexStage(index, "index", e -> e.index().startsWith("alerts-"),
                            config.index().commitInterval())));
        }
        if (roles.contains(Role.LOGGER)) {
            for (Map.Entry<String, SinkConfig> sink : config.sinks().entrySet()) {
                specs.add(sink(config, sink.getKey(), sink.getValue(), partitions, alarms, counts));
            }
        }
        return specs;
    }

    private static StageSpec sink(TocsinConfig all, String name, SinkConfig config, int partitions,
            Consumer<Problem> alarms, Map<String, SinkCounts> counts) {
        String node = all.node().name();
        // A file has each line exactly once: nothing would ever be counted there.
        SinkCounts counted = config instanceof FileSinkConfig
                ? new SinkCounts()
                : counts.computeIfAbsent(name, _ -> new SinkCounts());
        List<Stream> input = List.of(config.stream() == SinkStream.ALERTS ? Stream.ALERTS : Stream.EVENTS);
        return new StageSpec(sinkName(name), input, 1, true,
                _ -> Sinks.open(config,
                        new Sinks.Place(node, all.site().name() + "-" + sinkName(name), partitions, 0),
                        alarms, counted));
    }

    static String sinkName(String name) {
        return "sink-" + name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]", "-");
    }
}
