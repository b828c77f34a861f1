package io.postern.xds.resources.kind;

import static io.postern.xds.resources.document.Shapes.DURATION;
import static io.postern.xds.resources.document.Shapes.PORT;
import static io.postern.xds.resources.document.Shapes.PRECISE_HOSTNAME;
import static io.postern.xds.resources.document.Shapes.TEXT;
import static io.postern.xds.resources.document.Shapes.fields;
import static io.postern.xds.resources.document.Shapes.list;
import static io.postern.xds.resources.document.Shapes.text;
import static io.postern.xds.resources.document.Shapes.whole;
import static io.postern.xds.resources.document.Shapes.word;

import io.postern.xds.resources.document.Kind;
import io.postern.xds.resources.document.Shape.Fields;

/** Upstream servers that are no Service. */
final class BackendKind {
    private static final Fields ENDPOINT =
            fields().may("address", text(2, 45), "an IP address")
                    .may("hostname", PRECISE_HOSTNAME, "a name that DNS resolves")
                    .must("port", PORT, "its TCP port")
                    .may("weight", whole(1, 128), "its share of the requests; 1 when absent")
                    .build();

    private static final Fields HEALTH_CHECK =
            fields().may(
                            "http",
                            fields().must("path", text(1, 1024), "what is asked for")
                                    .may("host", PRECISE_HOSTNAME, "the host that is asked for")
                                    .may(
                                            "statuses",
                                            list(whole(100, 599), 16),
                                            "the good answers; 200 when absent")
                                    .build(),
                            "GET requests")
                    .may("tcp", fields().build(), "connections")
                    .may(
                            "grpc",
                            fields().may("service", TEXT, "empty: the server as a whole").build(),
                            "grpc.health.v1")
                    .may("interval", DURATION, "10s when absent")
                    .may("timeout", DURATION, "1s when absent")
                    .may("unhealthyThreshold", whole(1, 100), "failures in a row; 3 when absent")
                    .may("healthyThreshold", whole(1, 100), "successes in a row; 1 when absent")
                    .build();

    private static final Fields SPEC =
            fields().must("endpoints", list(ENDPOINT, 1, 1000), "one or more")
                    .may(
                            "protocol",
                            word("HTTP1", "HTTP2"),
                            "what it speaks; HTTP1 when absent, HTTP2 for GRPCRoutes always")
                    .may(
                            "loadBalancing",
                            word("RoundRobin", "LeastRequest", "Random"),
                            "RoundRobin when absent")
                    .may("connectTimeout", DURATION, "5s when absent")
                    .may("healthCheck", HEALTH_CHECK, "asks each endpoint; not at all when absent")
                    .may("tls", PolicyKinds.VALIDATION, "speaks TLS, and knows the server so")
                    .build();

    static final Kind KIND = Kinds.own("Backend", SPEC, "Upstream servers by address or DNS name.");

    private BackendKind() {}
}
