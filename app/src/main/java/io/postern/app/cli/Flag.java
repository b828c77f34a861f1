package io.postern.app.cli;

import java.util.List;
import org.apache.commons.cli.Option;

/**
 * An option of a command.
 *
 * @param names as they are typed, {@code -c} and {@code --config-path} for example: the long one is
 *     the last
 * @param value what its value is called in the help; empty: it takes none
 * @param help one sentence; empty: the help does not list it
 */
public record Flag(List<String> names, String value, String help) {
    public Flag {
        names = List.copyOf(names);
    }

    /** An option that a value follows. */
    public static Flag valued(String value, String help, String... names) {
        return new Flag(List.of(names), value, help);
    }

    /** An option that is there or not. */
    public static Flag toggle(String help, String... names) {
        return new Flag(List.of(names), "", help);
    }

    String name() {
        return names.getLast();
    }

    Option option() {
        return Option.builder(names.size() > 1 ? names.getFirst().substring(1) : null)
                .longOpt(name().substring(2))
                .hasArg(!value.isEmpty())
                .argName(value)
                .desc(help)
                .get();
    }
}
