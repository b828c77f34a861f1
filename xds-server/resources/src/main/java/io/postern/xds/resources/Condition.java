package io.postern.xds.resources;

/**
 * One condition of a status, in the words of Gateway API.
 *
 * @param type {@code Accepted}, {@code ResolvedRefs}, {@code Programmed}, {@code Conflicted},
 *     {@code PartiallyInvalid}
 * @param reason {@code NotAllowedByListeners}
 * @param message for people
 */
public record Condition(String type, State status, String reason, String message) {
    /** What is known of it. */
    public enum State {
        TRUE,
        FALSE,
        UNKNOWN
    }
}
