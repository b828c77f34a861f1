package io.postern.config.source.xds;

import static java.util.Objects.requireNonNull;

import io.postern.config.model.ConfigSource;
import io.postern.config.model.ResourceType;
import io.postern.sdk.Metrics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Subscriptions to all sources: the aggregated stream, streams of one type, files, polled servers.
 * Control thread.
 */
public final class XdsClient implements Subscriber, AutoCloseable {
    private static final String ADS = "/envoy.service.discovery.v3.AggregatedDiscoveryService/";

    private final XdsParts parts;
    private final ConfigSource.@Nullable Server ads;
    private final Map<Key, Subscription> subscriptions = new HashMap<>();

    /** What has a stream of its own: the aggregated source has one for all types. */
    private record Key(ConfigSource source, @Nullable ResourceType type) {}

    /**
     * @param ads where the aggregated stream goes; null: there is none
     */
    public XdsClient(
            ConfigSource.@Nullable Server ads,
            DiscoveryTransport transport,
            Control control,
            Identity identity,
            ResourceSink sink,
            Metrics metrics,
            RandomGenerator random) {
        this.ads = ads;
        this.parts =
                new XdsParts(
                        transport, control, identity, sink, new ControlPlaneStats(metrics), random);
    }

    @Override
    public void held(ConfigSource source, ResourceType type, Set<String> names) {
        Subscription subscription = subscriptions.get(key(source, type));
        if (subscription != null) {
            subscription.held(type, names);
        }
    }

    @Override
    public void lost(ConfigSource source, ResourceType type, String name) {
        Subscription subscription = subscriptions.get(key(source, type));
        if (subscription != null) {
            subscription.lost(type, name);
        }
    }

    private static Key key(ConfigSource source, ResourceType type) {
        return new Key(source, isAggregated(source) ? null : type);
    }

    @Override
    public void want(ConfigSource source, ResourceType type, Wanted wanted) {
        if (source instanceof ConfigSource.Ads && ads == null) {
            String reason = "it is to come from ads, but there is no dynamic_resources.ads_config";
            parts.control().execute(() -> parts.sink().onFailure(source, type, reason));
            return;
        }
        Key key = key(source, type);
        Subscription subscription = subscriptions.get(key);
        if (subscription == null) {
            if (wanted.isNothing()) {
                return;
            }
            subscription = open(source, type);
            subscriptions.put(key, subscription);
        }
        subscription.want(type, wanted);
        if (!subscription.wantsAnything()) {
            subscriptions.remove(key);
            subscription.close();
        }
    }

    private Subscription open(ConfigSource source, ResourceType type) {
        return switch (source) {
            case ConfigSource.Ads _ -> aggregated(source, requireNonNull(ads, "ads"), type);
            case ConfigSource.File file -> new FileSubscription(file, type, parts);
            case ConfigSource.Server server when isAggregated(server) ->
                    aggregated(source, server, type);
            case ConfigSource.Server server ->
                    server.protocol().isGrpc()
                            ? grpc(source, server, type.streamPath(isDelta(server)), type)
                            : new RestSubscription(server, type, parts);
        };
    }

    private static boolean isAggregated(ConfigSource source) {
        return source instanceof ConfigSource.Ads
                || (source instanceof ConfigSource.Server server
                        && server.protocol().isAggregated());
    }

    private Subscription aggregated(
            ConfigSource source, ConfigSource.Server server, ResourceType type) {
        String method = isDelta(server) ? "DeltaAggregatedResources" : "StreamAggregatedResources";
        return grpc(source, server, ADS + method, type);
    }

    private Subscription grpc(
            ConfigSource source, ConfigSource.Server server, String path, ResourceType type) {
        boolean once = server.nodeOnFirstMessageOnly();
        var refusals = new Refusals(parts.control(), new Backoff(parts.random()));
        Dialogue dialogue =
                isDelta(server)
                        ? new DeltaDialogue(source, parts.identity(), once, parts.sink(), refusals)
                        : new SotwDialogue(source, parts.identity(), once, parts.sink(), refusals);
        return new GrpcSubscription(source, server.targets(), path, dialogue, type, parts);
    }

    private static boolean isDelta(ConfigSource.Server server) {
        return server.protocol().isDelta();
    }

    @Override
    public void close() {
        List.copyOf(subscriptions.values()).forEach(Subscription::close);
        subscriptions.clear();
    }
}
