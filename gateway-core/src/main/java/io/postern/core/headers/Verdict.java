package io.postern.core.headers;

/** What the rules for heads say about a request, before it is routed. */
public enum Verdict {
    /** Go on. */
    CONTINUE(0, ""),
    /** The Connection header names what must not be removed, or too much. */
    REJECT_CONNECTION_HEADER(400, "http1.connection_header_rejected"),
    /** A header name has an underscore. */
    REJECT_UNDERSCORE(400, "http1.unexpected_underscore"),
    /** The request target is not a path. */
    REJECT_ABSOLUTE_PATH(404, "absolute_path_rejected"),
    /** The path cannot be normalised, or has escaped slashes or a fragment. */
    REJECT_PATH(400, "path_normalization_failed"),
    /** The path has more than one reading, and only plain ones are served. */
    REJECT_AMBIGUOUS_PATH(400, "ambiguous_path"),
    /** The client's address is not where it has to be; the status is configured. */
    REJECT_WITHOUT_ADDRESS(403, "rejecting_because_detection_failed"),
    /** The client should come back with the path that is now in the head. */
    REDIRECT_PATH(307, "path_normalization_failed");

    private final int status;
    private final String details;

    Verdict(int status, String details) {
        this.status = status;
        this.details = details;
    }

    /** Status of the local reply; 0 to go on. */
    public int status() {
        return status;
    }

    /** Response code details of the local reply. */
    public String details() {
        return details;
    }
}
