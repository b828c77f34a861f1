package io.postern.config.source;

import java.util.List;

/** Paths as the text spells them, for what is found before the messages are known. */
final class SourcePaths {
    private SourcePaths() {}

    /** {@code a}, {@code [0]}, {@code b} to {@code a[0].b}. */
    static String join(List<String> steps) {
        var text = new StringBuilder();
        for (var step : steps) {
            if (!text.isEmpty() && !step.startsWith("[")) {
                text.append('.');
            }
            text.append(step);
        }
        return text.toString();
    }
}
