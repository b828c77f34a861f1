package io.postern.app.differential;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code differential/open.txt}: cases in which Postern does not behave as Envoy yet, each with
 * what is missing. They are reported as skipped, not as passed; a new difference fails the test.
 */
record OpenDifferences(Map<String, String> reasons) {
    static OpenDifferences read(Path file) throws IOException {
        Map<String, String> reasons = new LinkedHashMap<>();
        for (String line : Files.readAllLines(file)) {
            int bar = line.indexOf(" | ");
            if (!line.startsWith("#") && bar > 0) {
                reasons.put(line.substring(0, bar), line.substring(bar + 3));
            }
        }
        return new OpenDifferences(reasons);
    }

    /** What is missing; null when the case must agree. */
    @Nullable String reason(Case of) {
        return reasons.get(of.name());
    }

    /** Entries whose case is not there any more, among all {@code cases}. */
    List<String> unknown(List<Case> cases) {
        return reasons.keySet().stream()
                .filter(name -> cases.stream().noneMatch(of -> of.name().equals(name)))
                .toList();
    }

    /** Entries whose case agrees now: to be deleted. */
    List<String> closed(List<CaseResult> results) {
        return results.stream()
                .filter(result -> result.agrees() && reasons.containsKey(result.of().name()))
                .map(result -> result.of().name())
                .toList();
    }
}
