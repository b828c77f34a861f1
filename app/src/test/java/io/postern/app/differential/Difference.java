package io.postern.app.differential;

/**
 * One thing that is not the same through both proxies.
 *
 * @param field a path such as {@code client[0].header.location} or {@code upstream[0].body}
 */
record Difference(String field, String reference, String subject) {
    static final String ABSENT = "(absent)";
}
