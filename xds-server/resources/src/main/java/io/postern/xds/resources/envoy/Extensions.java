package io.postern.xds.resources.envoy;

import io.postern.xds.resources.Audience;
import io.postern.xds.resources.attach.Labels;
import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.document.Tree;
import io.postern.xds.resources.kind.Kinds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which plugins and policies stand before which rules, for one audience. */
final class Extensions {
    private final Translating translating;
    private final Policies policies;
    private final ExtensionMaker maker;
    private final Map<String, Extension> made = new HashMap<>();

    Extensions(
            Translating translating, Policies policies, PluginCatalog plugins, Audience audience) {
        this.translating = translating;
        this.policies = policies;
        this.maker = new ExtensionMaker(translating, plugins, audience);
    }

    /** Those of a Gateway as a whole. */
    List<Extension> of(Document gateway) {
        var extensions = new ArrayList<Extension>();
        for (var plugin : translating.inventory().all("WasmPlugin")) {
            if (isFor(plugin, gateway, "")) {
                extensions.add(wasm(plugin));
            }
        }
        addPolicies(extensions, section -> policies.ofGateway(section, gateway));
        return extensions;
    }

    /** Those of a rule, with those of its route and Gateway. */
    List<Extension> of(Document gateway, Document route, Tree rule) {
        var extensions = new ArrayList<Extension>();
        for (var plugin : translating.inventory().all("WasmPlugin")) {
            if (isFor(plugin, gateway, "")
                    || isFor(plugin, route, "")
                    || (rule.has("name") && isFor(plugin, route, rule.text("name")))
                    || isReferred(plugin, route, rule)) {
                extensions.add(wasm(plugin));
            }
        }
        addPolicies(extensions, section -> policies.find(section, gateway, route, rule));
        return extensions;
    }

    private interface Finder {
        @Nullable Document find(String section);
    }

    private void addPolicies(List<Extension> extensions, Finder finder) {
        for (var section : ExtensionMaker.SECTIONS) {
            var policy = finder.find(section);
            if (policy != null) {
                extensions.add(
                        made.computeIfAbsent(
                                section + "/" + policy.path(),
                                _ -> maker.ofPolicy(section, policy)));
            }
        }
    }

    private Extension wasm(Document plugin) {
        return made.computeIfAbsent("wasm/" + plugin.path(), _ -> maker.ofPlugin(plugin));
    }

    private static boolean isFor(Document plugin, Document target, String rule) {
        if (!plugin.namespace().equals(target.namespace())) {
            return false;
        }
        if (plugin.spec().has("selector")) {
            return rule.isEmpty()
                    && target.key().kind().equals("Gateway")
                    && Labels.match(plugin.spec().at("selector"), target.labels());
        }
        return plugin.spec().items("targetRefs").stream()
                .anyMatch(one ->
                        one.text("group", Kinds.GATEWAY_API).equals(Kinds.GATEWAY_API)
                                && one.text("kind").equals(target.key().kind())
                                && one.text("name").equals(target.name())
                                && one.text("sectionName").equals(rule));
    }

    private static boolean isReferred(Document plugin, Document route, Tree rule) {
        return plugin.namespace().equals(route.namespace())
                && rule.items("filters").stream()
                        .map(filter -> filter.at("extensionRef"))
                        .anyMatch(reference ->
                                reference.text("group").equals(Kinds.POSTERN)
                                        && reference.text("kind").equals("WasmPlugin")
                                        && reference.text("name").equals(plugin.name()));
    }
}
