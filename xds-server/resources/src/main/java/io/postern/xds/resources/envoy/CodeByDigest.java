package io.postern.xds.resources.envoy;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.AsyncDataSource;
import io.envoyproxy.envoy.config.core.v3.HttpUri;
import io.envoyproxy.envoy.config.core.v3.RemoteDataSource;
import io.envoyproxy.envoy.extensions.filters.http.wasm.v3.Wasm;
import io.envoyproxy.envoy.extensions.wasm.v3.PluginConfig;
import io.postern.config.proto.opa.v1.Opa;
import io.postern.config.proto.opa.v1.Source;
import io.postern.config.proto.wasm.v1.LimitedWasm;
import io.postern.xds.resources.PluginSource.Code;
import io.postern.xds.resources.TranslationOptions.ContentServer;
import io.postern.xds.resources.rollout.RolloutBook;
import io.postern.xds.resources.rollout.TriedVersion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Modules and policies that Posterns fetch by their digests. Versions that are rolled out have
 * their code in them, so that they outlive their registry; nodes are told its digest all the same.
 */
public final class CodeByDigest {
    private CodeByDigest() {}

    /** Where a node fetches a module. */
    static AsyncDataSource at(ContentServer content, String sha256) {
        return AsyncDataSource.newBuilder().setRemote(remote(content, sha256)).build();
    }

    /** Where a Postern fetches a policy's bundle. */
    static Source bundleAt(ContentServer content, String sha256) {
        return Source.newBuilder().setRemote(remote(content, sha256)).build();
    }

    private static RemoteDataSource remote(ContentServer content, String sha256) {
        return RemoteDataSource.newBuilder()
                .setHttpUri(
                        HttpUri.newBuilder()
                                .setUri(content.url() + sha256)
                                .setCluster(content.cluster())
                                .setTimeout(Protos.duration("30s")))
                .setSha256(sha256)
                .build();
    }

    /** {@code config} without its code, where nodes can fetch it. */
    static Message of(Message config, @Nullable ContentServer content) {
        if (content == null) {
            return config;
        }
        return switch (config) {
            case Wasm wasm -> wasm.toBuilder().setConfig(of(wasm.getConfig(), content)).build();
            case LimitedWasm wasm ->
                    wasm.toBuilder().setConfig(of(wasm.getConfig(), content)).build();
            case Opa opa -> of(opa, content);
            default -> config;
        };
    }

    private static Opa of(Opa opa, ContentServer content) {
        var bundle = opa.getPolicy().getInlineBytes();
        return bundle.isEmpty()
                ? opa
                : opa.toBuilder()
                        .setPolicy(bundleAt(content, Digests.sha256(bundle.toByteArray())))
                        .build();
    }

    private static PluginConfig of(PluginConfig plugin, ContentServer content) {
        byte[] code = code(plugin);
        if (code.length == 0) {
            return plugin;
        }
        var built = plugin.toBuilder();
        built.getVmConfigBuilder().setCode(at(content, Digests.sha256(code)));
        return built.build();
    }

    private static byte[] code(PluginConfig plugin) {
        return plugin.getVmConfig().getCode().getLocal().getInlineBytes().toByteArray();
    }

    /** The code of last good versions: documents may name others by now. */
    public static List<Code> lastGood(RolloutBook book) {
        List<Code> all = new ArrayList<>();
        for (var entry : book.entries().values()) {
            byte[] code = code(entry.lastGood());
            if (code.length > 0) {
                all.add(new Code(Digests.sha256(code), code));
            }
        }
        return all;
    }

    private static byte[] code(TriedVersion version) {
        for (Any config : version.configs().values()) {
            try {
                if (config.is(Wasm.class)) {
                    return code(config.unpack(Wasm.class).getConfig());
                }
                if (config.is(Opa.class)) {
                    return config.unpack(Opa.class).getPolicy().getInlineBytes().toByteArray();
                }
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException("bug: a version that is no filter", e);
            }
        }
        return new byte[0];
    }
}
