package io.postern.config.source.xds;

import java.util.List;

/** Errors as they are sent to a management server: a line each, within bounds. */
final class ErrorText {
    private static final int MOST_LINES = 20;
    private static final int MOST_CHARACTERS = 4000;

    private ErrorText() {}

    static String of(List<String> errors) {
        var text = new StringBuilder();
        for (int i = 0; i < Math.min(errors.size(), MOST_LINES); i++) {
            text.append(i == 0 ? "" : "\n").append(errors.get(i));
        }
        if (errors.size() > MOST_LINES) {
            text.append("\nand ").append(errors.size() - MOST_LINES).append(" more");
        }
        return text.length() > MOST_CHARACTERS
                ? text.substring(0, MOST_CHARACTERS) + "…"
                : "" + text;
    }
}
