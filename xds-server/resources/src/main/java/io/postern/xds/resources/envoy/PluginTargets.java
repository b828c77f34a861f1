package io.postern.xds.resources.envoy;

import static io.postern.xds.resources.attach.Conditions.ACCEPTED;

import io.postern.config.source.Nearest;
import io.postern.xds.resources.attach.Inventory;
import io.postern.xds.resources.attach.Labels;
import io.postern.xds.resources.attach.Statuses;
import io.postern.xds.resources.document.Document;

/** Says of every WasmPlugin whether what it is for exists. */
public final class PluginTargets {
    private final Inventory inventory;
    private final Statuses statuses;

    public PluginTargets(Inventory inventory, Statuses statuses) {
        this.inventory = inventory;
        this.statuses = statuses;
    }

    /** Says it. */
    public void judge() {
        for (var plugin : inventory.all("WasmPlugin")) {
            if (plugin.spec().has("selector")) {
                selected(plugin);
            }
            for (var target : plugin.spec().items("targetRefs")) {
                var kind = target.text("kind");
                var name = target.text("name");
                var path = plugin.namespace() + "/" + name;
                var draft = statuses.of(plugin);
                var conditions = draft.parent(kind + " " + path, target.text("sectionName"), 0);
                var found = Policies.target(plugin, target, inventory);
                if (found == null) {
                    var message = "there is no " + kind + " " + path;
                    conditions.fail(ACCEPTED, "TargetNotFound", message);
                    draft.error(
                            target,
                            message,
                            Nearest.cure(name, inventory.names(kind, plugin.namespace())));
                }
                conditions.pass(ACCEPTED, "Accepted", "");
            }
        }
    }

    private void selected(Document plugin) {
        var selector = plugin.spec().at("selector");
        boolean any = false;
        for (var gateway : inventory.all("Gateway")) {
            if (gateway.namespace().equals(plugin.namespace())
                    && Labels.match(selector, gateway.labels())) {
                statuses.of(plugin)
                        .parent(gateway.key().toString(), "", 0)
                        .pass(ACCEPTED, "Accepted", "");
                any = true;
            }
        }
        if (!any) {
            statuses.of(plugin)
                    .warning(selector, "no Gateway of this namespace has these labels", "");
        }
    }
}
