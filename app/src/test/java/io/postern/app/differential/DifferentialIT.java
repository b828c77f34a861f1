package io.postern.app.differential;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every case of {@code src/test/resources/differential} through a real Envoy and through Postern.
 * {@code -Dcase=NAME} runs some of them, {@code -Dpostern.differential.subject=envoy} compares
 * Envoy with itself, {@code -Dpostern.differential.required=true} makes a missing Envoy a failure.
 */
class DifferentialIT {
    @TestFactory
    List<DynamicTest> posternBehavesAsEnvoy() throws IOException, InterruptedException {
        // Given
        DifferentialRun run = new DifferentialRun();
        List<Case> cases = run.select(System.getProperty("case"), System.getProperty("config"));
        assertThat(cases).as("selected cases").isNotEmpty();

        // When
        DifferentialRun.Outcome outcome;
        try {
            outcome = run.run(cases, System.getProperty("postern.differential.subject"), false);
        } catch (DifferentialRun.NoEnvoyException e) {
            throw skipped(e);
        }

        // Then
        OpenDifferences open = run.openDifferences();
        List<DynamicTest> tests = tests(outcome, open);
        open.closed(outcome.results())
                .forEach(name -> System.out.println("differential: no longer open: " + name));
        tests.add(
                DynamicTest.dynamicTest(
                        "every accepted difference is still needed",
                        () -> assertThat(outcome.stale()).isEmpty()));
        return tests;
    }

    /** Only where there must be an Envoy this is a failure. */
    static RuntimeException skipped(DifferentialRun.NoEnvoyException e) {
        System.out.println("differential: SKIPPED, NOTHING WAS COMPARED: " + e.getMessage());
        assertThat(Boolean.getBoolean("postern.differential.required"))
                .as("the differential test is required, but: %s", e.getMessage())
                .isFalse();
        Assumptions.abort("no Envoy to compare with: " + e.getMessage());
        return new IllegalStateException(e);
    }

    /** A test for each result. */
    static List<DynamicTest> tests(DifferentialRun.Outcome outcome, OpenDifferences open) {
        List<DynamicTest> tests = new ArrayList<>();
        for (CaseResult result : outcome.results()) {
            tests.add(
                    DynamicTest.dynamicTest(
                            result.of().name(),
                            () -> {
                                String missing = open.reason(result.of());
                                Assumptions.assumeTrue(
                                        result.agrees() || missing == null, "open: " + missing);
                                assertThat(result.agrees())
                                        .as("%n%s", outcome.report().differences(result))
                                        .isTrue();
                            }));
        }
        return tests;
    }
}
