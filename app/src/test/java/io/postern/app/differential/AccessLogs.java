package io.postern.app.differential;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Compares what both proxies wrote to their access logs, line by line: a configuration that names
 * {@code ${ACCESS_LOG}} gets this as one more result at the end of its case file, when the
 * processes have ended and nothing is held in a buffer any more.
 */
final class AccessLogs {
    private static final Map<Pattern, String> VARYING =
            Map.of(
                    Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z"),
                            "<time>",
                    Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "<uuid>",
                    Pattern.compile("ms=\\d+"), "ms=<millis>",
                    // bytes, bytes, duration, service time of the default format
                    Pattern.compile("(?<= \\d{1,7} \\d{1,7} )\\d+ (\\d+|-)(?= \")"), "<millis> $1");

    private AccessLogs() {}

    static List<Difference> compare(Rig reference, Rig subject) throws IOException {
        List<String> expected = lines(reference);
        List<String> actual = lines(subject);
        List<Difference> differences = new ArrayList<>();
        for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
            String left = i < expected.size() ? expected.get(i) : Difference.ABSENT;
            String right = i < actual.size() ? actual.get(i) : Difference.ABSENT;
            if (!left.equals(right)) {
                differences.add(new Difference("log[" + i + "]", left, right));
            }
        }
        return differences;
    }

    private static List<String> lines(Rig rig) throws IOException {
        Path log = rig.accessLog();
        if (!Files.exists(log)) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(log, StandardCharsets.ISO_8859_1)) {
            String shown = rig.withoutPorts(line);
            for (Map.Entry<Pattern, String> each : VARYING.entrySet()) {
                shown = each.getKey().matcher(shown).replaceAll(each.getValue());
            }
            lines.add(shown.replaceAll("<millis> \\d+ \"", "<millis> <millis> \""));
        }
        return lines;
    }
}
