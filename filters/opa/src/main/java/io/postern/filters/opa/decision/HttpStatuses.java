package io.postern.filters.opa.decision;

/** The final statuses that Go's {@code http.StatusText} knows: what OPA's plugin lets through. */
final class HttpStatuses {
    private HttpStatuses() {}

    static boolean isKnown(long status) {
        return within(status, 200, 208)
                || status == 226
                || within(status, 300, 305)
                || within(status, 307, 308)
                || within(status, 400, 418)
                || within(status, 421, 426)
                || within(status, 428, 429)
                || status == 431
                || status == 451
                || within(status, 500, 508)
                || within(status, 510, 511);
    }

    private static boolean within(long status, int first, int last) {
        return status >= first && status <= last;
    }
}
