package io.postern.config.source;

/**
 * One finding about a configuration.
 *
 * @param protoPath where in the Envoy messages: {@code static_resources.listeners[0].address};
 *     empty when the text is not read that far
 * @param message what is wrong and what was expected
 * @param cure what would probably help; may be empty
 */
public record Diagnostic(
        Severity severity, Place place, String protoPath, String message, String cure) {}
