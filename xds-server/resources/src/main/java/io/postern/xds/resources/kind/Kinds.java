package io.postern.xds.resources.kind;

import io.postern.xds.resources.document.Kind;
import java.util.List;
import java.util.stream.Stream;

/** All kinds that are read. */
public final class Kinds {
    /** Gateway API's group. */
    public static final String GATEWAY_API = "gateway.networking.k8s.io";

    /** The group of Postern's own kinds. */
    public static final String POSTERN = "postern.io";

    /** Which GatewayClasses are ours. */
    public static final String CONTROLLER = "postern.io/gateway-controller";

    /** The class that needs no document. */
    public static final String DEFAULT_CLASS = "postern";

    private Kinds() {}

    /** Every kind. */
    public static List<Kind> all() {
        return Stream.of(
                        GatewayKinds.all(),
                        RouteKinds.all(),
                        PolicyKinds.all(),
                        CoreKinds.all(),
                        own())
                .flatMap(List::stream)
                .toList();
    }

    /** Postern's own kinds, whose schemas are published. */
    public static List<Kind> own() {
        return List.of(
                BackendKind.KIND,
                WasmPluginKind.KIND,
                ApiPolicyKind.KIND,
                NodeGroupKind.NODE_GROUP,
                NodeGroupKind.ENVOY_RESOURCE);
    }

    static Kind gatewayApi(
            String name,
            boolean namespaced,
            io.postern.xds.resources.document.Shape.Fields fields,
            String... versions) {
        return new Kind(GATEWAY_API, List.of(versions), name, namespaced, fields, "");
    }

    static Kind own(
            String name, io.postern.xds.resources.document.Shape.Fields spec, String meaning) {
        return new Kind(
                POSTERN,
                List.of("v1alpha1"),
                name,
                true,
                io.postern.xds.resources.document.Shapes.fields().must("spec", spec).build(),
                meaning);
    }
}
