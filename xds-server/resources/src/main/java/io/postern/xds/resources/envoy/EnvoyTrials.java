package io.postern.xds.resources.envoy;

import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.postern.xds.resources.Audience;
import io.postern.xds.resources.GroupResources;
import io.postern.xds.resources.NodeSelector;
import io.postern.xds.resources.rollout.EnvoyTrial;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Groups of Envoys on which versions are tried: they belong to their own group as before, and to
 * one with the candidate alone, which counts for more.
 */
public final class EnvoyTrials {
    private EnvoyTrials() {}

    /** What Envoys of {@code base} get beside it. */
    public static List<GroupResources> of(GroupResources base, Map<String, EnvoyTrial> trials) {
        List<GroupResources> all = new ArrayList<>();
        for (var resource : base.resources()) {
            if (resource instanceof TypedExtensionConfig extension) {
                EnvoyTrial trial = trials.get(extension.getName());
                if (trial != null) {
                    add(base, extension, trial, all);
                }
            }
        }
        return all;
    }

    private static void add(
            GroupResources base,
            TypedExtensionConfig extension,
            EnvoyTrial trial,
            List<GroupResources> all) {
        var tried = extension.toBuilder().setTypedConfig(trial.config()).build();
        var envoys = base.selector().with(Audience.ENVOY);
        for (int i = 0; i < trial.nodes().size(); i++) {
            NodeSelector step = trial.nodes().get(i);
            var nodes = envoys.and(step);
            if (nodes != null && step.part() != null) {
                all.add(
                        new GroupResources(
                                trial.group(base.name(), i),
                                nodes.only(step.part()),
                                List.of(tried)));
            }
        }
    }
}
