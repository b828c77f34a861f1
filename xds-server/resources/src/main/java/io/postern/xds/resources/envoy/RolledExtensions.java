package io.postern.xds.resources.envoy;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.extensions.filters.http.wasm.v3.Wasm;
import io.postern.config.proto.opa.v1.Opa;
import io.postern.config.proto.rollout.v1.HashOn;
import io.postern.config.proto.rollout.v1.Rollout;
import io.postern.config.proto.rollout.v1.Version;
import io.postern.config.proto.wasm.v1.LimitedWasm;
import io.postern.xds.resources.Audience;
import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.document.Tree;
import io.postern.xds.resources.envoy.Extension.Content;
import io.postern.xds.resources.envoy.Extension.Missing;
import io.postern.xds.resources.envoy.Extension.Usable;
import io.postern.xds.resources.rollout.RolloutBook;
import io.postern.xds.resources.rollout.RolloutPlan;
import io.postern.xds.resources.rollout.TriedVersion;
import io.postern.xds.resources.rollout.WantedVersion;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Extensions whose new versions are tried first: what the book of rollouts says serves, and what
 * the document asks for is told. On Envoys the last good version serves until the trial is over.
 */
final class RolledExtensions {
    private static final int CODE_DIGITS = 12;
    private static final int CONFIG_DIGITS = 6;

    // Whatever the step is, listeners stay the same.
    private static final List<String> WASM =
            List.of(Wasm.getDescriptor(), LimitedWasm.getDescriptor(), Rollout.getDescriptor())
                    .stream()
                    .map(type -> Protos.URL + type.getFullName())
                    .toList();
    private static final List<String> OPA =
            List.of(
                    Protos.URL + Opa.getDescriptor().getFullName(),
                    Protos.URL + Rollout.getDescriptor().getFullName());

    private final Translating translating;
    private final Audience audience;

    RolledExtensions(Translating translating, Audience audience) {
        this.translating = translating;
        this.audience = audience;
    }

    /** Makes the configuration for an audience; null: it has none. */
    interface Maker extends Function<Audience, @Nullable Message> {}

    /**
     * The newest version's part in it.
     *
     * @param codeSha256 of its code
     */
    Content of(String filter, Document owner, Tree rollout, String codeSha256, Maker newest) {
        var version = version(codeSha256, newest);
        var plan = RolloutPlan.of(rollout);
        translating.wanted().put(filter, new WantedVersion(filter, owner.key(), version, plan));
        var known = translating.book().find(filter);
        if (known == null || known.lastGood().id().equals(version.id())) {
            return usable(version);
        }
        var trial = known.trial();
        if (trial == null
                || !trial.candidate().equals(version.id())
                || audience == Audience.ENVOY) {
            return usable(known.lastGood());
        }
        var config = rollout(filter, known.lastGood(), version, plan, trial);
        return config == null ? usable(known.lastGood()) : usable(config);
    }

    /** The last good version of what could not be fetched or made; null: there is none. */
    @Nullable Content lastGood(String filter) {
        var known = translating.book().find(filter);
        return known == null ? null : usable(known.lastGood());
    }

    private Content usable(TriedVersion version) {
        var config = version.configs().get(audience);
        return config == null ? new Missing(true) : usable(unpacked(config));
    }

    // Envoy refuses to wait for a type that it does not know.
    private Usable usable(Message config) {
        if (audience == Audience.ENVOY) {
            return new Usable(config);
        }
        return new Usable(config, config instanceof Opa || isOpa(config) ? OPA : WASM);
    }

    private static boolean isOpa(Message config) {
        return config instanceof Rollout rollout
                && rollout.getLastGood().getTypedConfig().is(Opa.class);
    }

    private static @Nullable Rollout rollout(
            String filter,
            TriedVersion lastGood,
            TriedVersion candidate,
            RolloutPlan plan,
            RolloutBook.Trial trial) {
        var old = lastGood.configs().get(Audience.POSTERN);
        var fresh = candidate.configs().get(Audience.POSTERN);
        if (old == null || fresh == null) {
            return null;
        }
        var built =
                Rollout.newBuilder()
                        .setName(filter)
                        .setSeed(candidate.id())
                        .setLastGood(version(lastGood.id(), old))
                        .setCandidate(version(candidate.id(), fresh))
                        .setShare(trial.step().share())
                        .setMode(trial.step().shadow() ? Rollout.Mode.SHADOW : Rollout.Mode.CANARY);
        if (!plan.hashHeader().isEmpty()) {
            built.setHashOn(HashOn.newBuilder().setHeader(plan.hashHeader()));
        } else if (plan.hashAddress()) {
            built.setHashOn(HashOn.newBuilder().setSourceAddress(true));
        }
        return built.build();
    }

    private static Version version(String id, Any config) {
        return Version.newBuilder().setVersion(id).setTypedConfig(config).build();
    }

    private static TriedVersion version(String codeSha256, Maker newest) {
        Map<Audience, Any> configs = new EnumMap<>(Audience.class);
        var id = new StringBuilder().append(codeSha256, 0, CODE_DIGITS).append('-');
        var ours = newest.apply(Audience.POSTERN);
        if (ours != null) {
            var digest = Digests.sha256(Deterministic.bytes(ours).toByteArray());
            id.append(digest, 0, CONFIG_DIGITS);
        }
        for (var one : List.of(Audience.ENVOY, Audience.POSTERN)) {
            var config = newest.apply(one);
            if (config != null) {
                configs.put(one, Protos.any(named(config, id.toString())));
            }
        }
        return new TriedVersion(id.toString(), configs);
    }

    // Plugins of one vm_id share data: what is tried must not spoil what serves.
    private static Message named(Message config, String id) {
        return switch (config) {
            case Wasm wasm -> {
                var built = wasm.toBuilder();
                var vm = built.getConfigBuilder().getVmConfigBuilder();
                vm.setVmId(vm.getVmId() + "@" + id);
                yield built.build();
            }
            case LimitedWasm wasm -> {
                var built = wasm.toBuilder();
                var vm = built.getConfigBuilder().getVmConfigBuilder();
                vm.setVmId(vm.getVmId() + "@" + id);
                yield built.build();
            }
            default -> config;
        };
    }

    private static Message unpacked(Any config) {
        try {
            if (config.is(Wasm.class)) {
                return config.unpack(Wasm.class);
            }
            return config.is(LimitedWasm.class)
                    ? config.unpack(LimitedWasm.class)
                    : config.unpack(Opa.class);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("bug: a version that is no filter", e);
        }
    }
}
