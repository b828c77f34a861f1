package io.postern.xds.resources.kind;

import static io.postern.xds.resources.document.Shapes.GROUP;
import static io.postern.xds.resources.document.Shapes.HOSTNAME;
import static io.postern.xds.resources.document.Shapes.KIND;
import static io.postern.xds.resources.document.Shapes.LABEL_NAME;
import static io.postern.xds.resources.document.Shapes.NAME;
import static io.postern.xds.resources.document.Shapes.PORT;
import static io.postern.xds.resources.document.Shapes.SECTION;
import static io.postern.xds.resources.document.Shapes.TEXT;
import static io.postern.xds.resources.document.Shapes.fields;
import static io.postern.xds.resources.document.Shapes.list;
import static io.postern.xds.resources.document.Shapes.table;
import static io.postern.xds.resources.document.Shapes.word;

import io.postern.xds.resources.document.Kind;
import io.postern.xds.resources.document.Shape.Fields;
import java.util.List;

/** GatewayClass, Gateway and ReferenceGrant. Source: Gateway API's CRDs. */
final class GatewayKinds {
    static final Fields SELECTOR =
            fields().may("matchLabels", table(TEXT, 100), "labels that must have these values")
                    .may(
                            "matchExpressions",
                            list(
                                    fields().must("key", TEXT)
                                            .must(
                                                    "operator",
                                                    word("In", "NotIn", "Exists", "DoesNotExist"))
                                            .may("values", list(TEXT, 100))
                                            .build(),
                                    100),
                            "conditions on labels")
                    .build();

    private static final Fields OBJECT_REFERENCE =
            fields().may("group", GROUP)
                    .may("kind", KIND)
                    .must("name", NAME)
                    .may("namespace", LABEL_NAME)
                    .build();

    private static final Fields TLS =
            fields().may("mode", word("Terminate", "Passthrough"))
                    .may("certificateRefs", list(OBJECT_REFERENCE, 64))
                    .may("options", table(TEXT, 16))
                    .unsupported("", "frontendValidation")
                    .build();

    private static final Fields ALLOWED_ROUTES =
            fields().may(
                            "namespaces",
                            fields().may("from", word("All", "Same", "Selector", "None"))
                                    .may("selector", SELECTOR)
                                    .build())
                    .may("kinds", list(fields().may("group", GROUP).must("kind", KIND).build(), 8))
                    .build();

    private static final Fields LISTENER =
            fields().must("name", SECTION)
                    .may("hostname", HOSTNAME)
                    .must("port", PORT)
                    .must("protocol", TEXT)
                    .may("tls", TLS)
                    .may("allowedRoutes", ALLOWED_ROUTES)
                    .build();

    private static final Fields PARAMETERS =
            fields().must("group", GROUP)
                    .must("kind", KIND)
                    .must("name", NAME)
                    .may("namespace", LABEL_NAME)
                    .build();

    private static final Fields GATEWAY =
            fields().must("gatewayClassName", NAME)
                    .must("listeners", list(LISTENER, 1, 64))
                    .may(
                            "addresses",
                            list(fields().may("type", TEXT).may("value", TEXT).build(), 16))
                    .may(
                            "infrastructure",
                            fields().may("labels", table(TEXT, 8))
                                    .may("annotations", table(TEXT, 8))
                                    .may("parametersRef", PARAMETERS)
                                    .build())
                    .unsupported("", "tls", "backendTLS", "allowedListeners", "defaultScope")
                    .build();

    private static final Fields GATEWAY_CLASS =
            fields().must("controllerName", TEXT)
                    .may("parametersRef", PARAMETERS)
                    .may("description", TEXT)
                    .build();

    private static final Fields GRANT =
            fields().must(
                            "from",
                            list(
                                    fields().must("group", GROUP)
                                            .must("kind", KIND)
                                            .must("namespace", LABEL_NAME)
                                            .build(),
                                    1,
                                    16))
                    .must(
                            "to",
                            list(
                                    fields().must("group", GROUP)
                                            .must("kind", KIND)
                                            .may("name", NAME)
                                            .build(),
                                    1,
                                    16))
                    .build();

    private GatewayKinds() {}

    static List<Kind> all() {
        return List.of(
                Kinds.gatewayApi(
                        "GatewayClass",
                        false,
                        fields().must("spec", GATEWAY_CLASS).build(),
                        "v1",
                        "v1beta1"),
                Kinds.gatewayApi(
                        "Gateway", true, fields().must("spec", GATEWAY).build(), "v1", "v1beta1"),
                Kinds.gatewayApi(
                        "ReferenceGrant",
                        true,
                        fields().must("spec", GRANT).build(),
                        "v1",
                        "v1beta1"));
    }
}
