package io.postern.app.cli;

import java.util.List;

/**
 * An option of a command.
 *
 * @param names as they are typed, {@code -c} and {@code --config-path} for example
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

    boolean takesValue() {
        return !value.isEmpty();
    }

    String name() {
        return names.getLast();
    }

    /** {@code -c, --config-path FILE}. */
    String shown() {
        String all = String.join(", ", names);
        return takesValue() ? all + " " + value : all;
    }
}
