package io.postern.config.envoy;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Names of Envoy's command operators and whether they take an argument.
 *
 * <p>Source: Envoy 1.40, "Access Logging: command operators", and what its validation says to each.
 */
final class FormatOperators {
    /** What may stand in the parentheses. */
    enum Argument {
        NONE,
        OPTIONAL,
        REQUIRED
    }

    /** Those with an argument that cannot be cut; those without cannot be either. */
    private static final Set<String> WHOLE =
            Set.of("CLUSTER_METADATA", "UPSTREAM_METADATA", "COMMON_DURATION");

    private static final Map<String, Argument> OPERATORS = new HashMap<>();

    static {
        declare(
                Argument.NONE,
                """
                ACCESS_LOG_TYPE BYTES_RECEIVED BYTES_RETRANSMITTED BYTES_SENT CONNECTION_ID
                CONNECTION_TERMINATION_DETAILS CUSTOM_FLAGS
                DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED
                DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_SENT DOWNSTREAM_DETECTED_CLOSE_TYPE
                DOWNSTREAM_DIRECT_LOCAL_ADDRESS DOWNSTREAM_DIRECT_LOCAL_PORT
                DOWNSTREAM_DIRECT_REMOTE_ADDRESS DOWNSTREAM_DIRECT_REMOTE_PORT
                DOWNSTREAM_HANDSHAKE_DURATION DOWNSTREAM_HEADER_BYTES_RECEIVED
                DOWNSTREAM_HEADER_BYTES_SENT DOWNSTREAM_LOCAL_ADDRESS
                DOWNSTREAM_LOCAL_CLOSE_REASON DOWNSTREAM_LOCAL_DNS_SAN DOWNSTREAM_LOCAL_EMAIL_SAN
                DOWNSTREAM_LOCAL_IP_SAN DOWNSTREAM_LOCAL_OTHERNAME_SAN DOWNSTREAM_LOCAL_PORT
                DOWNSTREAM_LOCAL_SUBJECT DOWNSTREAM_LOCAL_URI_SAN DOWNSTREAM_PEER_CERT
                DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_1 DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_256
                DOWNSTREAM_PEER_CHAIN_SERIALS DOWNSTREAM_PEER_DNS_SAN DOWNSTREAM_PEER_EMAIL_SAN
                DOWNSTREAM_PEER_FINGERPRINT_1 DOWNSTREAM_PEER_FINGERPRINT_256
                DOWNSTREAM_PEER_IP_SAN DOWNSTREAM_PEER_ISSUER DOWNSTREAM_PEER_OTHERNAME_SAN
                DOWNSTREAM_PEER_SERIAL DOWNSTREAM_PEER_SUBJECT DOWNSTREAM_PEER_URI_SAN
                DOWNSTREAM_REMOTE_ADDRESS DOWNSTREAM_REMOTE_PORT DOWNSTREAM_TLS_CIPHER
                DOWNSTREAM_TLS_SESSION_ID DOWNSTREAM_TLS_VERSION
                DOWNSTREAM_TRANSPORT_FAILURE_REASON DOWNSTREAM_WIRE_BYTES_RECEIVED
                DOWNSTREAM_WIRE_BYTES_SENT DURATION FILTER_CHAIN_NAME GRPC_STATUS_NUMBER HOSTNAME
                LOCAL_REPLY_BODY PACKETS_RETRANSMITTED PROTOCOL QUERY_PARAMS REQUEST_DURATION
                REQUEST_HEADERS_BYTES RESPONSE_CODE RESPONSE_DURATION RESPONSE_FLAGS
                RESPONSE_FLAGS_LONG RESPONSE_HEADERS_BYTES RESPONSE_TRAILERS_BYTES
                RESPONSE_TX_DURATION ROUNDTRIP_DURATION ROUTE_NAME SPAN_ID STREAM_ID
                TLS_JA3_FINGERPRINT TLS_JA4_FINGERPRINT TRACE_ID UNIQUE_ID UPSTREAM_CLUSTER
                UPSTREAM_CLUSTER_RAW UPSTREAM_CONNECTION_ID
                UPSTREAM_CONNECTION_POOL_READY_DURATION
                UPSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED
                UPSTREAM_DECOMPRESSED_HEADER_BYTES_SENT UPSTREAM_DETECTED_CLOSE_TYPE
                UPSTREAM_HEADER_BYTES_RECEIVED UPSTREAM_HEADER_BYTES_SENT UPSTREAM_HOST
                UPSTREAM_HOST_NAME UPSTREAM_HOST_NAME_WITHOUT_PORT UPSTREAM_LOCAL_ADDRESS
                UPSTREAM_LOCAL_CLOSE_REASON UPSTREAM_LOCAL_DNS_SAN UPSTREAM_LOCAL_IP_SAN
                UPSTREAM_LOCAL_PORT UPSTREAM_LOCAL_URI_SAN UPSTREAM_PEER_CERT
                UPSTREAM_PEER_DNS_SAN UPSTREAM_PEER_IP_SAN UPSTREAM_PEER_ISSUER
                UPSTREAM_PEER_SUBJECT UPSTREAM_PEER_URI_SAN UPSTREAM_PROTOCOL
                UPSTREAM_REMOTE_ADDRESS UPSTREAM_REMOTE_PORT UPSTREAM_REQUEST_ATTEMPT_COUNT
                UPSTREAM_TLS_CIPHER UPSTREAM_TLS_SESSION_ID UPSTREAM_TLS_VERSION
                UPSTREAM_TRANSPORT_FAILURE_REASON UPSTREAM_WIRE_BYTES_RECEIVED
                UPSTREAM_WIRE_BYTES_SENT VIRTUAL_CLUSTER_NAME
                """);
        declare(
                Argument.OPTIONAL,
                """
                DOWNSTREAM_DIRECT_LOCAL_ADDRESS_WITHOUT_PORT
                DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT
                DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT DOWNSTREAM_PEER_CERT_V_END
                DOWNSTREAM_PEER_CERT_V_START DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT EMIT_TIME
                EMIT_TIME_LOCAL GRPC_STATUS PATH REQUESTED_SERVER_NAME RESPONSE_CODE_DETAILS
                START_TIME START_TIME_LOCAL UPSTREAM_CONNECTION_IDS_ATTEMPTED
                UPSTREAM_HOSTS_ATTEMPTED UPSTREAM_HOSTS_ATTEMPTED_WITHOUT_PORT
                UPSTREAM_HOST_NAMES_ATTEMPTED UPSTREAM_HOST_NAMES_ATTEMPTED_WITHOUT_PORT
                UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT UPSTREAM_PEER_CERT_V_END
                UPSTREAM_PEER_CERT_V_START UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT
                """);
        declare(
                Argument.REQUIRED,
                """
                CLUSTER_METADATA COMMON_DURATION DYNAMIC_METADATA ENVIRONMENT FILTER_STATE
                METADATA QUERY_PARAM REQ REQUEST_HEADER RESP RESPONSE_HEADER RESPONSE_TRAILER TRAILER
                UPSTREAM_FILTER_STATE UPSTREAM_METADATA
                """);
    }

    private static final Set<String> METADATA_TYPES =
            Set.of(
                    "DYNAMIC",
                    "CLUSTER",
                    "ROUTE",
                    "UPSTREAM_HOST",
                    "LISTENER",
                    "VIRTUAL_HOST",
                    "LISTENER_FILTER_CHAIN");

    private FormatOperators() {}

    private static void declare(Argument argument, String names) {
        for (var name : names.strip().split("\\s+", -1)) {
            OPERATORS.put(name, argument);
        }
    }

    static Set<String> names() {
        return OPERATORS.keySet();
    }

    /** What operator {@code name}, one of {@link #names}, takes. */
    static Argument argument(String name) {
        return OPERATORS.getOrDefault(name, Argument.OPTIONAL);
    }

    /** What is wrong with an argument; empty: nothing. */
    static String problem(String name, String argument) {
        return switch (name) {
            case "METADATA" -> {
                var type = argument.split(":", 2)[0];
                yield METADATA_TYPES.contains(type)
                        ? ""
                        : "%METADATA% of the type "
                                + type
                                + " (expected: one of "
                                + String.join(", ", METADATA_TYPES.stream().sorted().toList())
                                + ")";
            }
            case "FILTER_STATE", "UPSTREAM_FILTER_STATE" -> {
                var parts = argument.split(":", -1);
                boolean field = parts.length == 3 && parts[1].equals("FIELD");
                boolean whole =
                        parts.length == 1
                                || (parts.length == 2
                                        && (parts[1].equals("PLAIN") || parts[1].equals("TYPED")));
                yield whole || field
                        ? ""
                        : "%"
                                + name
                                + "("
                                + argument
                                + ")% (expected: KEY, KEY:PLAIN, KEY:TYPED or"
                                + " KEY:FIELD:NAME)";
            }
            default -> "";
        };
    }

    /** Whether operator {@code name} may be cut: {@code :10}. */
    static boolean takesLength(String name) {
        return argument(name) == Argument.REQUIRED && !WHOLE.contains(name);
    }
}
