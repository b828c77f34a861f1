package io.postern.config.source;

/** How bad a finding is. */
public enum Severity {
    /** The configuration cannot be used. */
    ERROR,
    /** It can, though probably not as meant. */
    WARNING
}
