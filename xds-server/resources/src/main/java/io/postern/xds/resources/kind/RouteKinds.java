package io.postern.xds.resources.kind;

import static io.postern.xds.resources.document.Shapes.DURATION;
import static io.postern.xds.resources.document.Shapes.GROUP;
import static io.postern.xds.resources.document.Shapes.HEADER;
import static io.postern.xds.resources.document.Shapes.HOSTNAME;
import static io.postern.xds.resources.document.Shapes.KIND;
import static io.postern.xds.resources.document.Shapes.LABEL_NAME;
import static io.postern.xds.resources.document.Shapes.NAME;
import static io.postern.xds.resources.document.Shapes.PORT;
import static io.postern.xds.resources.document.Shapes.PRECISE_HOSTNAME;
import static io.postern.xds.resources.document.Shapes.SECTION;
import static io.postern.xds.resources.document.Shapes.TRUTH;
import static io.postern.xds.resources.document.Shapes.fields;
import static io.postern.xds.resources.document.Shapes.list;
import static io.postern.xds.resources.document.Shapes.text;
import static io.postern.xds.resources.document.Shapes.whole;
import static io.postern.xds.resources.document.Shapes.word;

import io.postern.xds.resources.document.Kind;
import io.postern.xds.resources.document.Shape;
import io.postern.xds.resources.document.Shape.Fields;
import io.postern.xds.resources.document.Shapes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** HTTPRoute, GRPCRoute, TLSRoute and TCPRoute. Source: Gateway API's CRDs. */
final class RouteKinds {
    private static final Shape PARENTS =
            list(
                    fields().may("group", GROUP)
                            .may("kind", KIND)
                            .may("namespace", LABEL_NAME)
                            .must("name", NAME)
                            .may("sectionName", SECTION)
                            .may("port", PORT)
                            .build(),
                    32);

    private static final Fields PATH_MODIFIER =
            fields().must("type", word("ReplaceFullPath", "ReplacePrefixMatch"))
                    .may("replaceFullPath", text(0, 1024))
                    .may("replacePrefixMatch", text(0, 1024))
                    .build();

    private static final Fields BACKEND_OBJECT =
            fields().may("group", GROUP)
                    .may("kind", KIND)
                    .must("name", NAME)
                    .may("namespace", LABEL_NAME)
                    .may("port", PORT)
                    .build();

    private static final Fields MIRROR =
            fields().must("backendRef", BACKEND_OBJECT)
                    .may("percent", whole(0, 100))
                    .may(
                            "fraction",
                            fields().must("numerator", whole(0, Integer.MAX_VALUE))
                                    .may("denominator", whole(1, Integer.MAX_VALUE))
                                    .build())
                    .build();

    private static final Fields EXTENSION =
            fields().must("group", GROUP).must("kind", KIND).must("name", NAME).build();

    private static final Fields REDIRECT =
            fields().may("scheme", word("http", "https"))
                    .may("hostname", PRECISE_HOSTNAME)
                    .may("path", PATH_MODIFIER)
                    .may("port", PORT)
                    .may("statusCode", whole(301, 308))
                    .build();

    private static final Fields CORS =
            fields().may("allowOrigins", list(text(1, 253), 64))
                    .may("allowCredentials", TRUTH)
                    .may("allowMethods", list(text(1, 64), 9))
                    .may("allowHeaders", list(text(1, 256), 64))
                    .may("exposeHeaders", list(text(1, 256), 64))
                    .may("maxAge", whole(1, Integer.MAX_VALUE))
                    .build();

    private static final Fields HTTP_FILTER =
            filter(
                            "RequestHeaderModifier",
                            "ResponseHeaderModifier",
                            "RequestMirror",
                            "RequestRedirect",
                            "URLRewrite",
                            "CORS",
                            "ExtensionRef")
                    .may("requestRedirect", REDIRECT)
                    .may(
                            "urlRewrite",
                            fields().may("hostname", PRECISE_HOSTNAME)
                                    .may("path", PATH_MODIFIER)
                                    .build())
                    .may("cors", CORS)
                    .build();

    private static final Fields GRPC_FILTER =
            filter(
                            "RequestHeaderModifier",
                            "ResponseHeaderModifier",
                            "RequestMirror",
                            "ExtensionRef")
                    .build();

    private static final Fields HTTP_MATCH =
            fields().may(
                            "path",
                            fields().may("type", word("Exact", "PathPrefix", "RegularExpression"))
                                    .may("value", text(0, 1024))
                                    .build())
                    .may("headers", list(nameMatch(), 16))
                    .may("queryParams", list(nameMatch(), 16))
                    .may(
                            "method",
                            word(
                                    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS",
                                    "TRACE", "PATCH"))
                    .build();

    private static final Fields GRPC_MATCH =
            fields().may(
                            "method",
                            fields().may("type", word("Exact", "RegularExpression"))
                                    .may("service", text(0, 1024))
                                    .may("method", text(0, 1024))
                                    .build())
                    .may("headers", list(nameMatch(), 16))
                    .build();

    private static final Fields HTTP_RULE =
            fields().may("name", SECTION)
                    .may("matches", list(HTTP_MATCH, 64))
                    .may("filters", list(HTTP_FILTER, 16))
                    .may("backendRefs", list(backend(HTTP_FILTER), 16))
                    .may(
                            "timeouts",
                            fields().may("request", DURATION)
                                    .may("backendRequest", DURATION)
                                    .build())
                    .may(
                            "retry",
                            fields().may("codes", list(whole(400, 599), 32))
                                    .may("attempts", whole(0, 1000))
                                    .may("backoff", DURATION)
                                    .build())
                    .unsupported("", "sessionPersistence")
                    .build();

    private static final Fields GRPC_RULE =
            fields().may("name", SECTION)
                    .may("matches", list(GRPC_MATCH, 64))
                    .may("filters", list(GRPC_FILTER, 16))
                    .may("backendRefs", list(backend(GRPC_FILTER), 16))
                    .unsupported("", "sessionPersistence")
                    .build();

    private static final Fields CONNECTION_RULE =
            fields().may("name", SECTION).must("backendRefs", list(backend(null), 1, 16)).build();

    private RouteKinds() {}

    static List<Kind> all() {
        var hostnames = list(HOSTNAME, 16);
        return List.of(
                Kinds.gatewayApi(
                        "HTTPRoute",
                        true,
                        route(hostnames, list(HTTP_RULE, 1, 16)),
                        "v1",
                        "v1beta1"),
                Kinds.gatewayApi("GRPCRoute", true, route(hostnames, list(GRPC_RULE, 16)), "v1"),
                Kinds.gatewayApi(
                        "TLSRoute",
                        true,
                        route(hostnames, list(CONNECTION_RULE, 1, 1)),
                        "v1",
                        "v1alpha3",
                        "v1alpha2"),
                Kinds.gatewayApi(
                        "TCPRoute",
                        true,
                        route(null, list(CONNECTION_RULE, 1, 1)),
                        "v1alpha2",
                        "v1"));
    }

    private static Fields route(@Nullable Shape hostnames, Shape rules) {
        var spec = fields().may("parentRefs", PARENTS).unsupported("", "useDefaultGateways");
        if (hostnames != null) {
            spec.may("hostnames", hostnames);
        }
        return fields().must("spec", spec.may("rules", rules).build()).build();
    }

    private static Fields backend(@Nullable Fields filter) {
        var backend = fields().all(BACKEND_OBJECT).may("weight", whole(0, 1_000_000));
        return filter == null ? backend.build() : backend.may("filters", list(filter, 16)).build();
    }

    private static Fields nameMatch() {
        return fields().may("type", word("Exact", "RegularExpression"))
                .must("name", HEADER)
                .must("value", text(1, 4096))
                .build();
    }

    /** Also of policies. */
    static Fields headerModifier() {
        var header = fields().must("name", HEADER).must("value", text(1, 4096)).build();
        return fields().may("set", list(header, 16), "headers that get this value")
                .may("add", list(header, 16), "headers that get this value beside those they have")
                .may("remove", list(HEADER, 16), "headers that go")
                .build();
    }

    // What filters of HTTP and of gRPC have in common.
    private static Shapes.Builder filter(String... types) {
        return fields().must("type", word(types))
                .may("requestHeaderModifier", headerModifier())
                .may("responseHeaderModifier", headerModifier())
                .may("requestMirror", MIRROR)
                .may("extensionRef", EXTENSION);
    }
}
