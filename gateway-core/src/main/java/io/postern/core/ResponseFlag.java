package io.postern.core;

import io.postern.core.http.ResetReason;

/**
 * Why a response is not simply the upstream's. The order is Envoy's CoreResponseFlag: the ordinal
 * is the bit that plugins see as {@code response.flags}.
 */
public enum ResponseFlag {
    FAILED_LOCAL_HEALTH_CHECK("LH"),
    NO_HEALTHY_UPSTREAM("UH"),
    UPSTREAM_REQUEST_TIMEOUT("UT"),
    LOCAL_RESET("LR"),
    UPSTREAM_REMOTE_RESET("UR"),
    UPSTREAM_CONNECTION_FAILURE("UF"),
    UPSTREAM_CONNECTION_TERMINATION("UC"),
    UPSTREAM_OVERFLOW("UO"),
    NO_ROUTE_FOUND("NR"),
    DELAY_INJECTED("DI"),
    FAULT_INJECTED("FI"),
    RATE_LIMITED("RL"),
    UNAUTHORIZED_EXTERNAL_SERVICE("UAEX"),
    RATE_LIMIT_SERVICE_ERROR("RLSE"),
    DOWNSTREAM_CONNECTION_TERMINATION("DC"),
    UPSTREAM_RETRY_LIMIT_EXCEEDED("URX"),
    STREAM_IDLE_TIMEOUT("SI"),
    INVALID_ENVOY_REQUEST_HEADERS("IH"),
    DOWNSTREAM_PROTOCOL_ERROR("DPE"),
    UPSTREAM_MAX_STREAM_DURATION_REACHED("UMSDR"),
    RESPONSE_FROM_CACHE_FILTER("RFCF"),
    NO_FILTER_CONFIG_FOUND("NFCF"),
    DURATION_TIMEOUT("DT"),
    UPSTREAM_PROTOCOL_ERROR("UPE"),
    NO_CLUSTER_FOUND("NC"),
    OVERLOAD_MANAGER("OM"),
    DNS_RESOLUTION_FAILURE("DF"),
    DROP_OVERLOAD("DO"),
    DOWNSTREAM_REMOTE_RESET("DR"),
    UNCONDITIONAL_DROP_OVERLOAD("UDO");

    private static final int ORDER_BITS = 6;
    private static final long ORDER_MASK = (1 << ORDER_BITS) - 1;
    private static final ResponseFlag[] ALL = values();

    private final String shortText;

    ResponseFlag(String shortText) {
        this.shortText = shortText;
    }

    /** What a client's reset says. */
    static ResponseFlag ofDownstream(ResetReason reason) {
        return switch (reason) {
            case PROTOCOL_ERROR -> DOWNSTREAM_PROTOCOL_ERROR;
            case REMOTE_RESET -> DOWNSTREAM_REMOTE_RESET;
            default -> DOWNSTREAM_CONNECTION_TERMINATION;
        };
    }

    /** The response-code details of a client's reset that does not say more itself. */
    static String detailsOfDownstream(ResetReason reason) {
        return reason == ResetReason.REMOTE_RESET
                ? "downstream_remote_reset"
                : "downstream_remote_disconnect";
    }

    /** As in {@code %RESPONSE_FLAGS%}. */
    public String shortText() {
        return shortText;
    }

    /** This flag as a bit. */
    @SuppressWarnings("EnumOrdinal") // the order is Envoy's, see above
    public long bit() {
        return 1L << ordinal();
    }

    /** {@code order} with one more flag at its end; it has room for ten. */
    @SuppressWarnings("EnumOrdinal") // which number it is does not matter outside
    static long after(long order, ResponseFlag flag) {
        return order << ORDER_BITS | (flag.ordinal() + 1);
    }

    /** The flags in the order in which they were set, joined by commas; {@code -} for none. */
    static String describeInOrder(long order) {
        if (order == 0) {
            return "-";
        }
        var text = new StringBuilder();
        for (long rest = order; rest != 0; rest >>>= ORDER_BITS) {
            ResponseFlag flag = ALL[(int) (rest & ORDER_MASK) - 1];
            text.insert(0, text.isEmpty() ? flag.shortText : flag.shortText + ",");
        }
        return text.toString();
    }

    /** The flags of a bit set, joined by commas; {@code -} for none. */
    public static String describe(long bits) {
        if (bits == 0) {
            return "-";
        }
        var text = new StringBuilder();
        for (ResponseFlag flag : values()) {
            if ((bits & flag.bit()) != 0) {
                text.append(text.isEmpty() ? "" : ",").append(flag.shortText);
            }
        }
        return text.toString();
    }
}
