package dev.tocsin;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The walls between the rooms. A new edge is a decision: change the table and say why. */
class ArchTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("dev.tocsin");

    /** For each room, which others it may import. */
    private static final Map<String, Set<String>> ALLOWED = new TreeMap<>(Map.ofEntries( //
            Map.entry("base", Set.of()), //
            Map.entry("event", Set.of()), //
            Map.entry("sigma", Set.of()), //
            Map.entry("config", Set.of("base")), //
            Map.entry("log", Set.of("base", "event", "config", "fabric")), // fabric: it implements the store's port
            Map.entry("health", Set.of("base", "event")), //
            Map.entry("source", Set.of("base", "event", "config", "log", "health", "fabric")), // fabric: Zeek's clusters
            Map.entry("process", Set.of("base", "event", "config", "log", "health")), //
            Map.entry("detect", Set.of("base", "event", "config", "log", "health", "sigma")), //
            Map.entry("content", Set.of("base", "event", "config", "log", "health", "sigma", "detect")), //
            Map.entry("rollout", Set.of("base", "event", "config", "log", "health")), //
            Map.entry("sink", Set.of("base", "event", "config", "log", "health")), //
            Map.entry("index", Set.of("base", "event", "config", "log", "health")), //
            Map.entry("simulate", Set.of("base", "event", "config")), //
            Map.entry("fabric", Set.of("base", "event", "config")), //
            Map.entry("node",
                    Set.of("base", "event", "config", "log", "health", "source", "process", "detect", "sink", "index",
                            "sigma", "fabric", "rollout", "content")), //
            Map.entry("web", Set.of("base", "event", "config", "log", "health", "source", "index", "node", "fabric",
                    "rollout", "content")), //
            Map.entry("cli", Set.of("base", "event", "config", "log", "health", "source", "process", "detect", "sink",
                    "index", "sigma", "node", "web", "simulate", "fabric", "rollout", "content"))));

    /** Libraries that one room keeps to itself, so that they can be replaced there. */
    private static final Map<String, Set<String>> QUARANTINE = Map.ofEntries( //
            Map.entry("org.apache.kafka..", Set.of("log")), //
            Map.entry("kafka..", Set.of("log")), //
            Map.entry("org.apache.lucene..", Set.of("index")), //
            Map.entry("io.javalin..", Set.of("web")), //
            Map.entry("org.eclipse.jetty..", Set.of("web", "fabric")), //
            Map.entry("jakarta.servlet..", Set.of("web")), //
            Map.entry("io.micrometer..", Set.of("health")), //
            Map.entry("dev.cel..", Set.of("process", "source")), //
            Map.entry("redis.clients..", Set.of("source")), //
            Map.entry("software.amazon.awssdk..", Set.of("source")), //
            Map.entry("com.google.protobuf..", Set.of("source")), //
            Map.entry("io.opentelemetry..", Set.of("source")), //
            Map.entry("com.google.re2j..", Set.of("sigma", "process")), //
            Map.entry("java.sql..", Set.of("fabric")), //
            Map.entry("org.zeromq..", Set.of("fabric")), //
            Map.entry("dev.openfeature..", Set.of("rollout")), //
            Map.entry("com.networknt..", Set.of("rollout")), //
            Map.entry("picocli..", Set.of("cli")));

    @Test
    void roomsImportOnlyWhatTheTableAllows() {
        Set<String> rooms = ALLOWED.keySet();
        List<String> breaches = new ArrayList<>();
        for (String room : rooms) {
            for (String other : rooms) {
                if (other.equals(room) || ALLOWED.getOrDefault(room, Set.of()).contains(other)) {
                    continue;
                }
                var rule = noClasses().that().resideInAPackage("dev.tocsin." + room + "..").should()
                        .dependOnClassesThat().resideInAPackage("dev.tocsin." + other + "..").allowEmptyShould(true);
                rule.evaluate(CLASSES).getFailureReport().getDetails()
                        .forEach(d -> breaches.add(room + " -> " + other + ": " + d));
            }
        }
        assertThat(breaches).isEmpty();
    }

    @Test
    void everyRoomIsInTheTable() {
        Set<String> rooms = new TreeSet<>();
        CLASSES.forEach(c -> {
            String[] parts = c.getPackageName().split("\\.");
            if (parts.length > 2) {
                rooms.add(parts[2]);
            }
        });
        assertThat(ALLOWED.keySet()).containsAll(rooms);
    }

    @Test
    void heavyLibrariesStayInTheirRoom() {
        List<String> breaches = new ArrayList<>();
        QUARANTINE.forEach((library, rooms) -> {
            String[] outside = ALLOWED.keySet().stream().filter(r -> !rooms.contains(r))
                    .map(r -> "dev.tocsin." + r + "..").toArray(String[]::new);
            var rule = noClasses().that().resideInAnyPackage(outside).should().dependOnClassesThat()
                    .resideInAPackage(library).allowEmptyShould(true);
            breaches.addAll(rule.evaluate(CLASSES).getFailureReport().getDetails());
        });
        assertThat(breaches).isEmpty();
    }

    @Test
    void noRoomsGoInCircles() {
        slices().matching("dev.tocsin.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void nothingReadsSerializedObjects() {
        noClasses().should().dependOnClassesThat().haveFullyQualifiedName("java.io.ObjectInputStream").check(CLASSES);
        classes().should().resideInAPackage("dev.tocsin..").check(CLASSES);
    }
}
