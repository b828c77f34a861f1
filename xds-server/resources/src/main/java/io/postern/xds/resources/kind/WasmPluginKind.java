package io.postern.xds.resources.kind;

import static io.postern.xds.resources.document.Shapes.ANYTHING;
import static io.postern.xds.resources.document.Shapes.DURATION;
import static io.postern.xds.resources.document.Shapes.HEADER;
import static io.postern.xds.resources.document.Shapes.LONG_TEXT;
import static io.postern.xds.resources.document.Shapes.NAME;
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

/** A Proxy-Wasm plugin on Gateways or routes. */
final class WasmPluginKind {
    /** Where code comes from; also of policies' bundles. */
    static final Shape.Text URL =
            new Shape.Text(
                    "(oci|oci-layout|https|file)://.+",
                    8,
                    2048,
                    "a URL that begins with oci://, oci-layout://, https:// or file://");

    /** What is expected of the signature; also of policies' bundles. */
    static final Shape SIGNATURES = word("Required", "Warn", "Off");

    /** Who may have signed without a key; also of policies' bundles. */
    static final Fields KEYLESS =
            fields().must(
                            "identity",
                            TEXT,
                            "the certificate's subject: an e-mail address or a URI, letter by"
                                    + " letter")
                    .must("issuer", TEXT, "who knew them, letter by letter")
                    .must("trustedRoot", LONG_TEXT, "sigstore's trusted_root.json")
                    .build();

    private static final Shape COUNT = whole(0, Long.MAX_VALUE);

    private static final Fields FUEL =
            fields().may("start", COUNT, "while it starts and is configured")
                    .may("request", COUNT, "for a part of a request")
                    .may("response", COUNT, "for a part of a response")
                    .may("background", COUNT, "for ticks, queues and answers")
                    .build();

    private static final Fields LIMITS =
            fields().may(
                            "memoryBytes",
                            whole(1 << 16, 1L << 32),
                            "of an instance; 128 MiB when absent")
                    .may("callTime", DURATION, "CPU time of one call; 100ms when absent")
                    .may(
                            "startTime",
                            DURATION,
                            "CPU time of each call at its start; 30s when absent")
                    .may(
                            "hostCalls",
                            whole(1, Integer.MAX_VALUE),
                            "in one call; 1000000 when absent")
                    .may("fuel", FUEL, "instructions of one call; not counted when absent")
                    .may("moduleBytes", whole(1, 1L << 30), "of the module; 64 MiB when absent")
                    .may(
                            "capabilities",
                            list(TEXT, 200),
                            "the host calls and callbacks it may use; all when absent")
                    .build();

    private static final Shape PERCENT = whole(1, 100);

    private static final Fields STEP =
            fields().may("percent", PERCENT, "of the exchanges; 100 when absent")
                    .may("for", DURATION, "at least; 60s when absent")
                    .build();

    private static final Fields ENVOYS =
            fields().may("nodeGroup", NAME, "a NodeGroup of this namespace; all when absent")
                    .may("percent", PERCENT, "of its nodes, by a hash; 100 when absent")
                    .may("for", DURATION, "at least, from when all have taken it; 60s when absent")
                    .build();

    private static final Fields GATES =
            fields().may(
                            "exchanges",
                            whole(1, 1_000_000_000),
                            "of each version before it is judged; 200 when absent")
                    .may("failurePercent", PERCENT, "traps and time-outs; 1 when absent")
                    .may(
                            "answeredPercent",
                            PERCENT,
                            "more or fewer answers of its own; 5 when absent")
                    .may(
                            "statusPercent",
                            PERCENT,
                            "more or fewer of a class of statuses; 5 when absent")
                    .may(
                            "differencePercent",
                            PERCENT,
                            "of a shadow's exchanges that come out otherwise; 1 when absent")
                    .may("timeFactor", whole(1, 1000), "times the p99 of before; 3 when absent")
                    .may("timeFloor", DURATION, "more than before is allowed; 10ms when absent")
                    .may("fuelFactor", whole(1, 1000), "times the p99 of before; 2 when absent")
                    .build();

    /** How new versions are tried; also of policies' bundles. */
    static final Fields ROLLOUT =
            fields().may("shadow", STEP, "before the steps, on copies")
                    .may(
                            "steps",
                            list(STEP, 1, 20),
                            "1 %, 10 % and 50 % when absent, unless there are envoys")
                    .may("envoys", list(ENVOYS, 1, 20), "then on Envoys, some after the others")
                    .may(
                            "hashOn",
                            fields().may("header", HEADER, "")
                                    .may("sourceAddress", TRUTH, "the client's address")
                                    .build(),
                            "who meets the new version; the request id when absent")
                    .may("gates", GATES, "what it must keep")
                    .build();

    private static final Fields SPEC =
            fields().may(
                            "targetRefs",
                            ApiPolicyKind.TARGETS,
                            "Gateways and routes of this namespace")
                    .may(
                            "selector",
                            GatewayKinds.SELECTOR,
                            "instead of targetRefs: Gateways of this namespace by their labels")
                    .must(
                            "url",
                            URL,
                            "oci://, https://, or oci-layout:// and file:// (relative to the folder)")
                    .may("sha256", SHA256, "what the module must be")
                    .may("pullSecret", NAME, "a Secret of this namespace for the registry")
                    .may("verificationKey", LONG_TEXT, "PEM: the public key that signed it")
                    .may("keyless", KEYLESS, "instead of a key, or beside it")
                    .may(
                            "signatures",
                            SIGNATURES,
                            "without a good one: not used, used with a warning, or nobody looks;"
                                    + " Required when absent")
                    .may("rootId", TEXT, "which plugin of the module")
                    .may("config", ANYTHING, "a text as it is, anything else as JSON")
                    .may("env", table(TEXT, 100), "environment variables")
                    .may(
                            "phase",
                            word("Authn", "Authz", "Normal", "Stats"),
                            "earlier phases see requests first; Normal when absent")
                    .may(
                            "priority",
                            whole(-1_000_000, 1_000_000),
                            "in a phase the highest is first; 0 when absent")
                    .may(
                            "failurePolicy",
                            word("FailClosed", "FailOpen", "FailReload"),
                            "FailClosed when absent")
                    .may("rollout", ROLLOUT, "a new version is tried before it serves everybody")
                    .may("limits", LIMITS, "bounds beside those of every plugin")
                    .may(
                            "allowOnHeadersStopIteration",
                            TRUTH,
                            "as in Envoy's PluginConfig; false when absent")
                    .build();

    static final Kind KIND =
            Kinds.own("WasmPlugin", SPEC, "A Proxy-Wasm plugin on Gateways or routes.");

    private WasmPluginKind() {}
}
