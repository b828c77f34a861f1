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
import io.postern.config.source.Nearest;
import io.postern.xds.resources.Audience;
import io.postern.xds.resources.NodeSelector;
import io.postern.xds.resources.attach.NodeGroups;
import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.document.Tree;
import io.postern.xds.resources.envoy.Extension.Content;
import io.postern.xds.resources.envoy.Extension.Missing;
import io.postern.xds.resources.envoy.Extension.Usable;
import io.postern.xds.resources.kind.Kinds;
import io.postern.xds.resources.rollout.EnvoyTrial;
import io.postern.xds.resources.rollout.RolloutBook;
import io.postern.xds.resources.rollout.RolloutPlan;
import io.postern.xds.resources.rollout.TriedVersion;
import io.postern.xds.resources.rollout.WantedVersion;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Extensions whose new versions are tried first: what the book of rollouts says serves, and what
 * the document asks for is told. On Envoys the last good version serves until the trial is over,
 * but for those on which it is tried.
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
        if (trial == null || !trial.candidate().equals(version.id())) {
            return usable(known.lastGood());
        }
        if (audience == Audience.ENVOY) {
            tryOnEnvoys(filter, owner, rollout, version, trial);
            return usable(known.lastGood());
        }
        var step = trial.exchanges();
        var config = step == null ? null : rollout(filter, known.lastGood(), version, plan, step);
        return config == null ? usable(known.lastGood()) : usable(config);
    }

    private void tryOnEnvoys(
            String filter,
            Document owner,
            Tree rollout,
            TriedVersion version,
            RolloutBook.Trial trial) {
        var config = version.configs().get(Audience.ENVOY);
        if (config == null || trial.envoys().isEmpty()) {
            return;
        }
        List<NodeSelector> nodes = new ArrayList<>();
        for (var step : trial.envoys()) {
            var named = named(owner, rollout, step.nodeGroup());
            if (named != null) {
                var part = new NodeSelector.Part(version.id(), step.share());
                nodes.add(named.with(Audience.ENVOY).only(part));
            }
        }
        translating.trials().put(filter, new EnvoyTrial(filter, config, nodes));
    }

    /** Null: there is no such NodeGroup, which is said. */
    private @Nullable NodeSelector named(Document owner, Tree rollout, String nodeGroup) {
        if (nodeGroup.isEmpty()) {
            return new NodeSelector(Set.of(), Set.of(), Map.of(), Audience.ANY);
        }
        var inventory = translating.inventory();
        var found = inventory.find(Kinds.POSTERN, "NodeGroup", owner.namespace(), nodeGroup);
        if (found == null) {
            translating
                    .statuses()
                    .of(owner)
                    .warning(
                            rollout.at("envoys"),
                            "there is no NodeGroup " + owner.namespace() + "/" + nodeGroup,
                            Nearest.cure(
                                    nodeGroup, inventory.names("NodeGroup", owner.namespace())));
            return null;
        }
        return NodeGroups.selector(found);
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
        var sent = CodeByDigest.of(config, translating.options().content());
        return new Usable(sent, config instanceof Opa || isOpa(config) ? OPA : WASM);
    }

    private static boolean isOpa(Message config) {
        return config instanceof Rollout rollout
                && rollout.getLastGood().getTypedConfig().is(Opa.class);
    }

    private @Nullable Rollout rollout(
            String filter,
            TriedVersion lastGood,
            TriedVersion candidate,
            RolloutPlan plan,
            RolloutPlan.Step.Exchanges step) {
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
                        .setShare(step.share())
                        .setMode(step.shadow() ? Rollout.Mode.SHADOW : Rollout.Mode.CANARY);
        if (!plan.hashHeader().isEmpty()) {
            built.setHashOn(HashOn.newBuilder().setHeader(plan.hashHeader()));
        } else if (plan.hashAddress()) {
            built.setHashOn(HashOn.newBuilder().setSourceAddress(true));
        }
        return built.build();
    }

    private Version version(String id, Any config) {
        var sent = CodeByDigest.of(unpacked(config), translating.options().content());
        return Version.newBuilder().setVersion(id).setTypedConfig(Protos.any(sent)).build();
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
