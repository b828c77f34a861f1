package io.postern.xds.server.grpc;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.postern.config.model.ResourceType;
import io.postern.xds.server.protocol.Outgoing;
import io.postern.xds.server.protocol.Variant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The services by their paths: aggregated, and one for each type.
 *
 * <p>Source: {@code envoy.service.*.v3} of the Envoy API. The generated stubs would do the same
 * with messages made for each stream; these take and give octets.
 */
final class DiscoveryServices {
    private static final String ADS = "envoy.service.discovery.v3.AggregatedDiscoveryService/";

    private final StreamHandler.Factory handlers;

    DiscoveryServices(StreamHandler.Factory handlers) {
        this.handlers = handlers;
    }

    private record Method(String path, Variant variant, String type) {
        String service() {
            return path.substring(0, path.indexOf('/'));
        }
    }

    /** All of them. */
    List<ServerServiceDefinition> all() {
        List<Method> methods = new ArrayList<>();
        methods.add(new Method(ADS + "StreamAggregatedResources", Variant.SOTW, ""));
        methods.add(new Method(ADS + "DeltaAggregatedResources", Variant.DELTA, ""));
        for (ResourceType type : ResourceType.values()) {
            if (type != ResourceType.VIRTUAL_HOST) { // of these there are only increments
                String path = type.streamPath(false).substring(1);
                methods.add(new Method(path, Variant.SOTW, type.typeUrl()));
            }
            String path = type.streamPath(true).substring(1);
            methods.add(new Method(path, Variant.DELTA, type.typeUrl()));
        }
        Map<String, ServerServiceDefinition.Builder> services = new LinkedHashMap<>();
        for (Method method : methods) {
            services.computeIfAbsent(method.service(), ServerServiceDefinition::builder)
                    .addMethod(descriptor(method), handlers.of(method.variant(), method.type()));
        }
        return services.values().stream().map(ServerServiceDefinition.Builder::build).toList();
    }

    private static MethodDescriptor<byte[], Outgoing> descriptor(Method method) {
        return MethodDescriptor.<byte[], Outgoing>newBuilder()
                .setType(MethodType.BIDI_STREAMING)
                .setFullMethodName(method.path())
                .setRequestMarshaller(new Octets())
                .setResponseMarshaller(new Responses())
                .build();
    }
}
