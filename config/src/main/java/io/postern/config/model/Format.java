package io.postern.config.model;

import java.util.List;

/**
 * A text with command operators, parsed: {@code "%REQ(:METHOD)% %PROTOCOL%"}.
 *
 * <p>Source: Envoy's "Access Logging: command operators" and "Custom request/response headers".
 */
public record Format(List<Part> parts) {
    public Format {
        parts = List.copyOf(parts);
    }

    /** A format without operators. */
    public static Format literal(byte[] octets) {
        return new Format(List.of(new Literal(octets)));
    }

    /** A piece of a format. */
    public sealed interface Part {}

    /** Goes out as it is: UTF-8. */
    public record Literal(byte[] octets) implements Part {}

    /**
     * {@code %NAME(argument):maxLength%}.
     *
     * @param name upper case, one of {@code FormatOperators}' names
     * @param argument what stands in the parentheses; empty when nothing does
     * @param maxLength in bytes, -1: no limit
     */
    public record Operator(String name, String argument, int maxLength) implements Part {}
}
