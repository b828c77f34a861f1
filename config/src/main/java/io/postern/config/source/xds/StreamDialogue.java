package io.postern.config.source.xds;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.ResourceType;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What both variants of the protocol have in common: one topic per type, a stream that comes and
 * goes, and the node, said in each request or only in the first. Control thread.
 *
 * @param <T> what is known about one type
 */
abstract sealed class StreamDialogue<T extends StreamDialogue.Topic> implements Dialogue
        permits DeltaDialogue, SotwDialogue {
    final ConfigSource source;
    final ResourceSink sink;
    final Refusals refusals;
    private final Identity identity;
    private final boolean nodeOnce;
    private final Map<ResourceType, T> topics = new EnumMap<>(ResourceType.class);
    private @Nullable Consumer<byte[]> out;
    private boolean nodeSent;

    /** What was said about one type. */
    abstract static class Topic {
        Wanted wanted = Wanted.NOTHING;
    }

    StreamDialogue(
            ConfigSource source,
            Identity identity,
            boolean nodeOnce,
            ResourceSink sink,
            Refusals refusals) {
        this.source = source;
        this.identity = identity;
        this.nodeOnce = nodeOnce;
        this.sink = sink;
        this.refusals = refusals;
    }

    @Override
    public final void begin(Consumer<byte[]> to) {
        out = to;
        nodeSent = false;
        topics.forEach(this::begin);
    }

    @Override
    public final void end() {
        out = null;
    }

    @Override
    public final void want(ResourceType type, Wanted wanted) {
        T topic = topics.computeIfAbsent(type, _ -> newTopic());
        if (!topic.wanted.equals(wanted)) {
            topic.wanted = wanted;
            wantedChanged(type, topic);
        }
    }

    @Override
    public final boolean wantsAnything() {
        return topics.values().stream().anyMatch(topic -> !topic.wanted.isNothing());
    }

    abstract T newTopic();

    /** On a new stream. */
    abstract void begin(ResourceType type, T topic);

    abstract void wantedChanged(ResourceType type, T topic);

    final boolean isOpen() {
        return out != null;
    }

    /** What is known about this type; null: nobody asked for it. */
    final @Nullable T topic(@Nullable ResourceType type) {
        return type == null ? null : topics.get(type);
    }

    /** Sends {@code request}, with the node where it belongs; without a stream nothing happens. */
    final <B extends Message.Builder> void send(B request, BiConsumer<B, Node> setNode) {
        if (out == null) {
            return;
        }
        if (!nodeSent || !nodeOnce) {
            setNode.accept(request, identity.node());
            nodeSent = true;
        }
        out.accept(request.build().toByteArray());
    }
}
