package io.postern.core.format;

import java.time.ZoneId;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What formats know about the process.
 *
 * @param hostname {@code %HOSTNAME%}
 * @param variables {@code %ENVIRONMENT(X)%}: the variable's value or null
 * @param zone for {@code %START_TIME_LOCAL%}
 */
public record FormatEnvironment(
        String hostname, Function<String, @Nullable String> variables, ZoneId zone) {
    public FormatEnvironment(String hostname, Function<String, @Nullable String> variables) {
        this(hostname, variables, ZoneId.systemDefault());
    }
}
