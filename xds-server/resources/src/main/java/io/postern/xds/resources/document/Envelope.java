package io.postern.xds.resources.document;

import io.postern.xds.resources.document.Shape.Fields;

/** What all objects of Kubernetes' form have around their own fields. */
public final class Envelope {
    private static final Fields METADATA =
            Shapes.fields()
                    .must("name", Shapes.NAME, "unique among the objects of its kind and namespace")
                    .may("namespace", Shapes.LABEL_NAME, "\"default\" when absent")
                    .may("labels", Shapes.table(Shapes.TEXT, 1000), "what selectors look at")
                    .may("annotations", Shapes.table(Shapes.LONG_TEXT, 1000), "not read")
                    .may("creationTimestamp", Shapes.TEXT, "of conflicting objects the oldest wins")
                    .unread(
                            "uid",
                            "resourceVersion",
                            "generation",
                            "generateName",
                            "deletionTimestamp",
                            "deletionGracePeriodSeconds",
                            "ownerReferences",
                            "finalizers",
                            "managedFields",
                            "selfLink")
                    .build();

    private Envelope() {}

    /** The shape of a whole object. */
    public static Fields of(Kind kind) {
        return Shapes.fields()
                .must("apiVersion", Shapes.TEXT, kind.apiVersion())
                .must("kind", Shapes.TEXT, kind.name())
                .must("metadata", METADATA, "")
                .all(kind.fields())
                .unread("status")
                .build();
    }
}
