package io.postern.xds.resources.kind;

import static io.postern.xds.resources.document.Shapes.GROUP;
import static io.postern.xds.resources.document.Shapes.KIND;
import static io.postern.xds.resources.document.Shapes.NAME;
import static io.postern.xds.resources.document.Shapes.PRECISE_HOSTNAME;
import static io.postern.xds.resources.document.Shapes.SECTION;
import static io.postern.xds.resources.document.Shapes.TEXT;
import static io.postern.xds.resources.document.Shapes.fields;
import static io.postern.xds.resources.document.Shapes.list;
import static io.postern.xds.resources.document.Shapes.table;
import static io.postern.xds.resources.document.Shapes.text;
import static io.postern.xds.resources.document.Shapes.word;

import io.postern.xds.resources.document.Kind;
import io.postern.xds.resources.document.Shape.Fields;
import java.util.List;

/** BackendTLSPolicy. Source: Gateway API's CRDs. */
final class PolicyKinds {
    /** How to know a backend's certificate; also of Backends. */
    static final Fields VALIDATION =
            fields().may(
                            "caCertificateRefs",
                            list(
                                    fields().must("group", GROUP)
                                            .must("kind", KIND)
                                            .must("name", NAME)
                                            .build(),
                                    8),
                            "ConfigMaps or Secrets with a ca.crt")
                    .may("wellKnownCACertificates", word("System"), "the system's authorities")
                    .must("hostname", PRECISE_HOSTNAME, "for SNI, and in the certificate")
                    .may(
                            "subjectAltNames",
                            list(
                                    fields().must("type", word("Hostname", "URI"))
                                            .may("hostname", TEXT)
                                            .may("uri", text(1, 253))
                                            .build(),
                                    5),
                            "what the certificate must have instead of hostname")
                    .build();

    private PolicyKinds() {}

    static List<Kind> all() {
        var target =
                fields().must("group", GROUP)
                        .must("kind", KIND)
                        .must("name", NAME)
                        .may("sectionName", SECTION)
                        .build();
        var spec =
                fields().must("targetRefs", list(target, 1, 16))
                        .must("validation", VALIDATION)
                        .may("options", table(TEXT, 16))
                        .build();
        return List.of(
                Kinds.gatewayApi(
                        "BackendTLSPolicy",
                        true,
                        fields().must("spec", spec).build(),
                        "v1",
                        "v1alpha3"));
    }
}
