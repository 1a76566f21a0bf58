package dev.tocsin.sigma;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Our own cases for what the public rule set hardly uses; they run wherever the sources are. */
class ConformanceTest {
    private static RuleTests.Report report() throws URISyntaxException {
        Path rules = Path.of(Objects.requireNonNull(ConformanceTest.class.getResource("/sigma/conformance")).toURI());
        return RuleTests.run(List.of(rules), FieldMapping.IDENTITY);
    }

    @TestFactory
    Stream<DynamicTest> everyCaseHolds() throws URISyntaxException {
        return report().cases().stream()
                .map(one -> DynamicTest.dynamicTest(Path.of(one.file()).getFileName() + " " + one.name(),
                        () -> assertThat(one.failure()).isEmpty()));
    }

    @Test
    void everyRuleHasTestsAndLoads() throws URISyntaxException {
        assertThat(report().cases()).hasSizeGreaterThan(80);
        assertThat(report().untested()).isEmpty();
        assertThat(report().problems()).isEmpty();
    }
}
