package io.postern.xds.resources.envoy;

import io.postern.config.source.Diagnostic;
import io.postern.xds.resources.Audience;
import io.postern.xds.resources.attach.OurGateway;
import io.postern.xds.resources.document.Document;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes the resources of one group, and has the data plane's own translator look at them. */
public final class GroupTranslator {
    private final Translating translating;
    private final PluginCatalog plugins;
    private final Policies policies;

    public GroupTranslator(Translating translating, PluginCatalog plugins) {
        this.translating = translating;
        this.plugins = plugins;
        this.policies =
                new Policies(
                        translating.inventory(), translating.statuses(), translating.refused());
    }

    /** Whether Envoys and Posterns may get different resources. */
    public boolean divides() {
        var inventory = translating.inventory();
        var policies = inventory.all("APIPolicy");
        boolean byDigest =
                translating.options().content() != null
                        && (!inventory.all("WasmPlugin").isEmpty() || !policies.isEmpty());
        boolean limited =
                inventory.all("WasmPlugin").stream()
                        .anyMatch(plugin -> PluginLimits.any(plugin.spec().at("limits")));
        boolean tried =
                inventory.all("WasmPlugin").stream()
                        .anyMatch(plugin -> plugin.spec().has("rollout"));
        return byDigest
                || limited
                || tried
                || policies.stream().anyMatch(policy -> policy.spec().has("opa"));
    }

    /** Says what is known of policies without any Gateway. */
    public void judgePolicies() {
        new UpstreamTls(translating).judge();
    }

    /** Everything that nodes of {@code audience} get. */
    public GroupDraft make(
            String name, List<OurGateway> gateways, List<Document> raw, Audience audience) {
        var group = new GroupDraft();
        var extensions = new Extensions(translating, policies, plugins, audience);
        var tables = new RouteTables(translating, group, policies, extensions);
        new Listeners(group, tables).make(name, gateways);
        var reader = new RawResources(translating);
        raw.forEach(document -> reader.add(document, group));
        var content = translating.options().content();
        if (content != null && audience == Audience.POSTERN) {
            ContentCluster.add(content, group);
        }
        return group;
    }

    /** What the data plane refuses, and the documents that it comes from. */
    public Map<GroupDraft.Made, List<Diagnostic>> refused(GroupDraft group) {
        var all = group.all();
        var references = new GroupReferences(all);
        var refused = new LinkedHashMap<GroupDraft.Made, List<Diagnostic>>();
        for (var one : all) {
            var problems = translating.dataPlane().check(one.type(), one.checked(), references);
            if (!problems.isEmpty()) {
                refused.put(one, problems);
            }
        }
        return refused;
    }
}
