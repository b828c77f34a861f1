package io.postern.xds.resources.kind;

import static io.postern.xds.resources.document.Shapes.NAME;
import static io.postern.xds.resources.document.Shapes.fields;
import static io.postern.xds.resources.document.Shapes.list;
import static io.postern.xds.resources.document.Shapes.table;
import static io.postern.xds.resources.document.Shapes.text;
import static io.postern.xds.resources.document.Shapes.word;

import io.postern.xds.resources.document.Kind;
import io.postern.xds.resources.document.Shape;

/** Which nodes serve a Gateway, and what else they get. */
final class NodeGroupKind {
    static final Kind NODE_GROUP =
            Kinds.own(
                    "NodeGroup",
                    fields().may("ids", list(text(1, 1024), 1000), "node.id is one of them")
                            .may(
                                    "clusters",
                                    list(text(1, 1024), 100),
                                    "node.cluster is one of them")
                            .may(
                                    "metadata",
                                    table(text(0, 1024), 32),
                                    "texts that node.metadata must have")
                            .may(
                                    "audience",
                                    word("Any", "Envoy", "Postern"),
                                    "which product; Any when absent")
                            .build(),
                    "Nodes that serve the Gateways whose infrastructure.parametersRef names it.");

    static final Kind ENVOY_RESOURCE =
            Kinds.own(
                    "EnvoyResource",
                    fields().must(
                                    "targetRefs",
                                    list(
                                            fields().must("kind", word("Gateway", "NodeGroup"), "")
                                                    .must("name", NAME, "in the same namespace")
                                                    .build(),
                                            1,
                                            16),
                                    "whose nodes get it")
                            .must(
                                    "resources",
                                    list(new Shape.Table(new Shape.Anything(), 1000), 1, 1000),
                                    "Envoy's messages, each with its @type")
                            .build(),
                    "Envoy's own messages, beside those that are made of other documents.");

    private NodeGroupKind() {}
}
