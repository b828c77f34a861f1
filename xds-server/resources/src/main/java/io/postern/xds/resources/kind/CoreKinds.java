package io.postern.xds.resources.kind;

import static io.postern.xds.resources.document.Shapes.ANYTHING;
import static io.postern.xds.resources.document.Shapes.LONG_TEXT;
import static io.postern.xds.resources.document.Shapes.PORT;
import static io.postern.xds.resources.document.Shapes.TEXT;
import static io.postern.xds.resources.document.Shapes.TRUTH;
import static io.postern.xds.resources.document.Shapes.fields;
import static io.postern.xds.resources.document.Shapes.list;
import static io.postern.xds.resources.document.Shapes.table;
import static io.postern.xds.resources.document.Shapes.text;
import static io.postern.xds.resources.document.Shapes.word;

import io.postern.xds.resources.document.Kind;
import io.postern.xds.resources.document.Shape;
import io.postern.xds.resources.document.Shape.Fields;
import java.util.List;

/**
 * Kubernetes' own kinds, as far as routes and listeners refer to them; their other fields are known
 * and do nothing here.
 */
final class CoreKinds {
    private static final Fields SERVICE_PORT =
            fields().may("name", text(0, 63))
                    .must("port", PORT)
                    .may("targetPort", new Shape.NumberOrText())
                    .may("protocol", word("TCP", "UDP", "SCTP"))
                    .may("appProtocol", TEXT)
                    .unread("nodePort")
                    .build();

    private static final Fields SERVICE =
            fields().may("ports", list(SERVICE_PORT, 250))
                    .may("type", word("ClusterIP", "NodePort", "LoadBalancer", "ExternalName"))
                    .may("externalName", TEXT)
                    .unread(
                            "selector",
                            "clusterIP",
                            "clusterIPs",
                            "sessionAffinity",
                            "sessionAffinityConfig",
                            "ipFamilies",
                            "ipFamilyPolicy",
                            "internalTrafficPolicy",
                            "externalTrafficPolicy",
                            "trafficDistribution",
                            "externalIPs",
                            "loadBalancerIP",
                            "loadBalancerClass",
                            "loadBalancerSourceRanges",
                            "allocateLoadBalancerNodePorts",
                            "healthCheckNodePort",
                            "publishNotReadyAddresses")
                    .build();

    private static final Fields ENDPOINT =
            fields().must("addresses", list(TEXT, 1, 100))
                    .may(
                            "conditions",
                            fields().may("ready", TRUTH)
                                    .may("serving", TRUTH)
                                    .may("terminating", TRUTH)
                                    .build())
                    .unread(
                            "hostname",
                            "targetRef",
                            "nodeName",
                            "zone",
                            "hints",
                            "deprecatedTopology")
                    .build();

    private static final Fields SLICE =
            fields().must("addressType", word("IPv4", "IPv6", "FQDN"))
                    .must("endpoints", list(ENDPOINT, 1000))
                    .may(
                            "ports",
                            list(
                                    fields().may("name", text(0, 63))
                                            .may("port", PORT)
                                            .may("protocol", TEXT)
                                            .may("appProtocol", TEXT)
                                            .build(),
                                    100))
                    .build();

    private CoreKinds() {}

    static List<Kind> all() {
        return List.of(
                core("Service", true, fields().must("spec", SERVICE).build()),
                new Kind(
                        "discovery.k8s.io",
                        List.of("v1", "v1beta1"),
                        "EndpointSlice",
                        true,
                        SLICE,
                        ""),
                core(
                        "Secret",
                        true,
                        fields().may("type", TEXT)
                                .may("data", table(LONG_TEXT, 1000))
                                .may("stringData", table(LONG_TEXT, 1000))
                                .unread("immutable")
                                .build()),
                core(
                        "ConfigMap",
                        true,
                        fields().may("data", table(LONG_TEXT, 1000))
                                .may("binaryData", table(LONG_TEXT, 1000))
                                .unread("immutable")
                                .build()),
                core("Namespace", false, fields().may("spec", ANYTHING).build()));
    }

    private static Kind core(String name, boolean namespaced, Fields fields) {
        return new Kind("", List.of("v1"), name, namespaced, fields, "");
    }
}
