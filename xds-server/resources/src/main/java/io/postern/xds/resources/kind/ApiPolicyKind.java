package io.postern.xds.resources.kind;

import static io.postern.xds.resources.document.Shapes.DURATION;
import static io.postern.xds.resources.document.Shapes.GROUP;
import static io.postern.xds.resources.document.Shapes.LONG_TEXT;
import static io.postern.xds.resources.document.Shapes.NAME;
import static io.postern.xds.resources.document.Shapes.SECTION;
import static io.postern.xds.resources.document.Shapes.SHA256;
import static io.postern.xds.resources.document.Shapes.TEXT;
import static io.postern.xds.resources.document.Shapes.TRUTH;
import static io.postern.xds.resources.document.Shapes.fields;
import static io.postern.xds.resources.document.Shapes.list;
import static io.postern.xds.resources.document.Shapes.table;
import static io.postern.xds.resources.document.Shapes.whole;
import static io.postern.xds.resources.document.Shapes.word;

import io.postern.xds.resources.document.Kind;
import io.postern.xds.resources.document.Shape;
import io.postern.xds.resources.document.Shape.Fields;

/** What an API owner asks for: who may call, how often, and what happens when things fail. */
final class ApiPolicyKind {
    /** Gateways and routes of the same namespace; also of plugins. */
    static final Shape TARGETS =
            list(
                    fields().may("group", GROUP, "gateway.networking.k8s.io when absent")
                            .must("kind", word("Gateway", "HTTPRoute", "GRPCRoute"), "")
                            .must("name", NAME, "in the same namespace")
                            .may("sectionName", SECTION, "a rule of the route, by its name")
                            .build(),
                    1,
                    16);

    private static final Fields RETRIES =
            fields().may("attempts", whole(0, 100), "after the first one; 1 when absent")
                    .may(
                            "on",
                            list(
                                    word(
                                            "5xx",
                                            "gateway-error",
                                            "reset",
                                            "connect-failure",
                                            "retriable-4xx",
                                            "refused-stream",
                                            "cancelled",
                                            "deadline-exceeded",
                                            "internal",
                                            "resource-exhausted",
                                            "unavailable"),
                                    16),
                            "Envoy's conditions; connect-failure, refused-stream and unavailable"
                                    + " when neither they nor statuses are there")
                    .may("statuses", list(whole(400, 599), 32), "answers that are tried again")
                    .may("perTryTimeout", DURATION, "of each attempt")
                    .may("backoff", DURATION, "before the second attempt; grows from there")
                    .build();

    private static final Fields TIMEOUTS =
            fields().may("request", DURATION, "until the whole answer is there; 0s: without an end")
                    .may("idle", DURATION, "without a byte in either direction")
                    .build();

    private static final Fields BREAKERS =
            fields().may("maxConnections", whole(0, 1_000_000), "1024 when absent")
                    .may("maxPendingRequests", whole(0, 1_000_000), "1024 when absent")
                    .may("maxRequests", whole(0, 1_000_000), "1024 when absent")
                    .may("maxRetries", whole(0, 1_000_000), "3 when absent")
                    .may(
                            "outliers",
                            fields().may("consecutive5xx", whole(1, 1000), "5 when absent")
                                    .may("interval", DURATION, "10s when absent")
                                    .may("baseEjectionTime", DURATION, "30s when absent")
                                    .may("maxEjectionPercent", whole(0, 100), "10 when absent")
                                    .build(),
                            "leaves out endpoints that fail")
                    .build();

    private static final Fields OPA =
            fields().must(
                            "bundle",
                            fields().must("url", WasmPluginKind.URL, "a bundle or its policy.wasm")
                                    .may("sha256", SHA256)
                                    .may("pullSecret", NAME, "a Secret of this namespace")
                                    .may("verificationKey", LONG_TEXT, "PEM: who signed it")
                                    .may("keyless", WasmPluginKind.KEYLESS, "or beside a key")
                                    .may(
                                            "signatures",
                                            WasmPluginKind.SIGNATURES,
                                            "Required when absent")
                                    .build(),
                            "made by opa build -t wasm")
                    .may("entrypoint", TEXT, "the rule that decides; the first when absent")
                    .may("data", new Shape.Table(new Shape.Anything(), 10_000), "laid over data")
                    .may(
                            "requestBody",
                            fields().must("maxBytes", whole(1, Integer.MAX_VALUE), "413 beyond")
                                    .may("allowPartial", TRUTH, "cut instead of 413")
                                    .build(),
                            "decides with the body")
                    .may("deniedStatus", whole(400, 599), "403 when absent")
                    .may(
                            "rollout",
                            WasmPluginKind.ROLLOUT,
                            "a new bundle is tried before it decides")
                    .may("timeout", DURATION, "50ms when absent")
                    .may("context", table(TEXT, 100), "goes into contextExtensions")
                    .build();

    private static final Fields SPEC =
            fields().must(
                            "targetRefs",
                            TARGETS,
                            "what it is for; a route's comes before a Gateway's")
                    .may("auth", PluginShapes.AUTH, "API keys and JWTs")
                    .may("rateLimits", list(PluginShapes.LIMIT, 1, 64), "token buckets")
                    .may("opa", OPA, "a Rego policy; only on Postern")
                    .may("retries", RETRIES, "")
                    .may("timeouts", TIMEOUTS, "")
                    .may("breakers", BREAKERS, "bounds of each upstream cluster of the target")
                    .may(
                            "headers",
                            fields().may("request", RouteKinds.headerModifier(), "to the upstream")
                                    .may("response", RouteKinds.headerModifier(), "to the client")
                                    .build(),
                            "set, add and remove")
                    .build();

    static final Kind KIND =
            Kinds.own("APIPolicy", SPEC, "Who may call an API, how often, and what if it fails.");

    private ApiPolicyKind() {}
}
