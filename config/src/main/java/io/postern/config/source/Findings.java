package io.postern.config.source;

import java.util.List;

/** What is said about a configuration. */
public interface Findings {
    /** Empty: it can be used. */
    List<Diagnostic> errors();

    /** What is suspicious, though usable. */
    List<Diagnostic> warnings();
}
