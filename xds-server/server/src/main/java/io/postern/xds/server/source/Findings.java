package io.postern.xds.server.source;

import io.postern.config.source.Diagnostic;
import io.postern.config.source.Severity;
import java.util.List;

/** What is said about files. */
public final class Findings {
    private Findings() {}

    /** Whether one of these is an error. */
    public static boolean hasErrors(List<Diagnostic> findings) {
        return findings.stream().anyMatch(one -> one.severity() == Severity.ERROR);
    }
}
