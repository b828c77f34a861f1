package io.postern.app.differential;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Cases of the differential test whose configuration comes from a management server, to Envoy as to
 * Postern. {@code -Dpostern.differential.ads=all} takes all of them.
 */
class DifferentialAdsIT {
    /** What is quick, and of every kind. */
    private static final Set<String> SOME =
            Set.of(
                    "access-log",
                    "cluster-kinds",
                    "cors",
                    "headers",
                    "identity",
                    "local-replies",
                    "metadata",
                    "path-templates",
                    "rewriting",
                    "routing",
                    "subsets",
                    "wasm-http-headers",
                    "zones");

    @TestFactory
    List<DynamicTest> posternBehavesAsEnvoyUnderAManagementServer()
            throws IOException, InterruptedException {
        // Given
        boolean all = System.getProperty("postern.differential.ads", "").equals("all");
        Workspace workspace = Workspace.find().writingTo("target/differential-ads");
        DifferentialRun.Outcome outcome;
        try (var delivery = new AdsDelivery()) {
            var run = new DifferentialRun(workspace, delivery);
            List<Case> cases =
                    run.select(System.getProperty("case"), System.getProperty("config")).stream()
                            .filter(one -> all || SOME.contains(one.file()))
                            .toList();
            assertThat(cases).as("selected cases").isNotEmpty();
            // When
            try {
                outcome = run.run(cases, System.getProperty("postern.differential.subject"), false);
            } catch (DifferentialRun.NoEnvoyException e) {
                throw DifferentialIT.skipped(e);
            }
            // Then
            return DifferentialIT.tests(outcome, run.openDifferences());
        }
    }
}
