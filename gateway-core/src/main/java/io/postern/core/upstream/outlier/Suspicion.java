package io.postern.core.upstream.outlier;

/** What a host is ejected for, named as in Envoy's statistics. */
public enum Suspicion {
    CONSECUTIVE_5XX("consecutive_5xx"),
    CONSECUTIVE_GATEWAY_FAILURE("consecutive_gateway_failure"),
    CONSECUTIVE_LOCAL_ORIGIN_FAILURE("consecutive_local_origin_failure"),
    SUCCESS_RATE("success_rate"),
    LOCAL_ORIGIN_SUCCESS_RATE("local_origin_success_rate"),
    FAILURE_PERCENTAGE("failure_percentage"),
    LOCAL_ORIGIN_FAILURE_PERCENTAGE("local_origin_failure_percentage");

    private final String text;

    Suspicion(String text) {
        this.text = text;
    }

    /** The end of the counters' names. */
    String text() {
        return text;
    }
}
