package io.postern.filters.opa.input;

/**
 * What a policy is shown of a request body.
 *
 * @param octets owned by the caller, read only during the decision
 * @param length octets that count
 * @param truncated whether the body is longer than that
 */
public record RequestBody(byte[] octets, int length, boolean truncated) {}
