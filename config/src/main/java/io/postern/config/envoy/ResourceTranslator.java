package io.postern.config.envoy;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.service.runtime.v3.Runtime;
import io.postern.config.message.MessageTypes;
import io.postern.config.message.MessageWalk;
import io.postern.config.message.TypedStructMessages;
import io.postern.config.model.Cluster;
import io.postern.config.model.Cluster.Discovery;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.Listener;
import io.postern.config.model.ResourceType;
import io.postern.config.model.RuntimeValue;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.Spot;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks and translates resources one by one, as they are delivered: the same code that reads
 * bootstraps. Confined to the control thread.
 */
public final class ResourceTranslator {
    private final MessageTypes types = new MessageTypes();
    private final SupportTable table = new SupportTable();
    private final Map<String, String> environment;

    /**
     * @param environment variables of this process
     */
    public ResourceTranslator(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** The message in {@code any}; null when it is none of {@code type}, which is told. */
    public @Nullable Message unpack(
            ResourceType type, Any any, Spot spot, Diagnostics diagnostics) {
        if (!MessageTypes.nameOf(any.getTypeUrl()).equals(type.message())) {
            diagnostics.error(
                    spot, "a " + any.getTypeUrl() + " (expected: a " + type.typeUrl() + ")");
            return null;
        }
        var prototype = types.prototype(type.message());
        if (prototype == null) {
            throw new IllegalStateException("bug: no class for " + type.message());
        }
        try {
            Message message = prototype.getParserForType().parseFrom(any.getValue());
            return TypedStructMessages.mayBeIn(any.getValue())
                    ? new TypedStructMessages(types, diagnostics).written(message, spot)
                    : message;
        } catch (InvalidProtocolBufferException e) {
            diagnostics.error(spot, "octets that are no " + type.message() + ": " + e.getMessage());
            return null;
        }
    }

    /**
     * A message as maps, lists, texts, numbers and truths with Envoy's names, for people: without
     * secrets.
     */
    public static Map<String, Object> shown(Message message) {
        return new MessageTree(new MessageTypes()).typed(message);
    }

    /** What a resource is asked for by. */
    public static String nameOf(ResourceType type, Message message) {
        return switch (type) {
            case CLUSTER -> ((io.envoyproxy.envoy.config.cluster.v3.Cluster) message).getName();
            case ENDPOINTS -> ((ClusterLoadAssignment) message).getClusterName();
            case SECRET -> ((Secret) message).getName();
            case LISTENER ->
                    ListenerTranslator.name(
                            (io.envoyproxy.envoy.config.listener.v3.Listener) message);
            case SCOPED_ROUTES -> ((ScopedRouteConfiguration) message).getName();
            case ROUTES -> ((RouteConfiguration) message).getName();
            case VIRTUAL_HOST -> ((VirtualHost) message).getName();
            case EXTENSION -> ((TypedExtensionConfig) message).getName();
            case RUNTIME -> ((Runtime) message).getName();
        };
    }

    /** Tells every constraint that {@code message} breaks, and every field that is not read. */
    public void check(Message message, Spot spot, Diagnostics diagnostics) {
        var check = new SupportCheck(table, diagnostics);
        var _ = new MessageWalk(types, diagnostics, check).walk(dynamic(message), message, spot);
    }

    /** Tells every constraint that {@code message} breaks, for gateways that read other fields. */
    public void checkConstraints(Message message, Spot spot, Diagnostics diagnostics) {
        var everything =
                new MessageWalk.Visitor() {
                    @Override
                    public boolean enter(Message one, Spot at) {
                        return true;
                    }

                    @Override
                    public boolean enterField(Message owner, FieldDescriptor field, Spot at) {
                        return true;
                    }

                    @Override
                    public boolean enterAny(Message owner, String typeUrl, Spot at) {
                        return true;
                    }
                };
        var _ =
                new MessageWalk(types, diagnostics, everything)
                        .walk(dynamic(message), message, spot);
    }

    private static DynamicMessage dynamic(Message message) {
        try {
            return DynamicMessage.parseFrom(message.getDescriptorForType(), message.toByteString());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("bug: a message that cannot be read again", e);
        }
    }

    /** Tells what is wrong with a resource, before it takes the place of a good one. */
    public void tryOut(
            ResourceType type,
            Message message,
            Spot spot,
            Diagnostics diagnostics,
            References references,
            ConfigSource source) {
        var translation = new Translation(diagnostics, environment, references, source);
        switch (type) {
            case ENDPOINTS -> {
                var _ =
                        new EndpointsTranslator(translation)
                                .translate(
                                        (ClusterLoadAssignment) message,
                                        new Discovery.Static(),
                                        spot);
            }
            case SECRET -> new TlsTranslator(translation).check((Secret) message, spot);
            case ROUTES -> {
                var _ =
                        new RouteTableTranslator(translation, references.clusterNames())
                                .translate((RouteConfiguration) message, Set.of(), false, spot);
            }
            case EXTENSION -> {
                var config = (TypedExtensionConfig) message;
                var _ =
                        new HttpFilterTranslator(translation)
                                .spec(config.getTypedConfig(), config.getName(), spot);
            }
            case CLUSTER -> {
                var _ = cluster(message, spot, diagnostics, references, source);
            }
            case LISTENER -> {
                var _ = listener(message, spot, diagnostics, references, source);
            }
            case RUNTIME -> {
                var _ = new RuntimeTranslator(translation).values((Runtime) message, spot);
            }
            case VIRTUAL_HOST -> {
                var table = RouteConfiguration.newBuilder();
                table.addVirtualHosts((VirtualHost) message);
                var _ =
                        new RouteTableTranslator(translation, references.clusterNames())
                                .translate(table.build(), Set.of(), false, spot);
            }
            case SCOPED_ROUTES -> {
                var scope = (ScopedRouteConfiguration) message;
                if (scope.hasRouteConfiguration()) {
                    var _ =
                            new RouteTableTranslator(translation, references.clusterNames())
                                    .translate(
                                            scope.getRouteConfiguration(),
                                            Set.of(),
                                            false,
                                            spot.field("route_configuration"));
                }
            }
        }
    }

    /** The values of a runtime layer that was tried out. */
    public Map<String, RuntimeValue> runtime(Message message, Spot spot, References references) {
        var translation = new Translation(new Diagnostics(), environment, references, null);
        return new RuntimeTranslator(translation).values((Runtime) message, spot);
    }

    /** What may be only once among the scopes of one source. */
    public static List<String> scopeKey(Message scope) {
        return ScopedRoutesTranslator.key((ScopedRouteConfiguration) scope);
    }

    /** A cluster. */
    public Cluster cluster(
            Message message,
            Spot spot,
            Diagnostics diagnostics,
            References references,
            @Nullable ConfigSource source) {
        return new ClusterTranslator(new Translation(diagnostics, environment, references, source))
                .translate((io.envoyproxy.envoy.config.cluster.v3.Cluster) message, spot);
    }

    /** A listener. */
    public Listener listener(
            Message message,
            Spot spot,
            Diagnostics diagnostics,
            References references,
            @Nullable ConfigSource source) {
        var translation = new Translation(diagnostics, environment, references, source);
        return new ListenerTranslator(translation, references.clusterNames())
                .translate((io.envoyproxy.envoy.config.listener.v3.Listener) message, spot);
    }
}
