package io.postern.xds.resources.envoy;

import static io.postern.xds.resources.attach.Conditions.ACCEPTED;

import io.postern.config.source.Nearest;
import io.postern.xds.resources.DocumentKey;
import io.postern.xds.resources.attach.Inventory;
import io.postern.xds.resources.attach.Statuses;
import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.document.Tree;
import io.postern.xds.resources.kind.Kinds;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which APIPolicy counts where: for each section that of the rule, else of the route, else of the
 * Gateway; of several for one target the oldest.
 */
final class Policies {
    /** What a policy can say. */
    static final List<String> SECTIONS =
            List.of("auth", "rateLimits", "opa", "retries", "timeouts", "breakers", "headers");

    private record Key(DocumentKey target, String rule, String section) {}

    private final Map<Key, Document> policies = new HashMap<>();

    private final Set<Document> refused;

    Policies(Inventory inventory, Statuses statuses, Set<Document> refused) {
        this.refused = refused;
        for (var policy : inventory.all("APIPolicy")) {
            for (var target : policy.spec().items("targetRefs")) {
                take(policy, target, inventory, statuses);
            }
        }
    }

    private void take(Document policy, Tree target, Inventory inventory, Statuses statuses) {
        var draft = statuses.of(policy);
        var kind = target.text("kind");
        var name = target.text("name");
        var rule = target.text("sectionName");
        var conditions = draft.parent(kind + " " + policy.namespace() + "/" + name, rule, 0);
        var found = target(policy, target, inventory);
        if (found == null) {
            var message = "there is no " + kind + " " + policy.namespace() + "/" + name;
            conditions.fail(ACCEPTED, "TargetNotFound", message);
            draft.error(
                    target, message, Nearest.cure(name, inventory.names(kind, policy.namespace())));
            return;
        }
        if (!rule.isEmpty() && !hasRule(found, rule)) {
            var message = found.key() + " has no rule of this name";
            conditions.fail(ACCEPTED, "TargetNotFound", message);
            draft.error(target.at("sectionName"), message, "give the rule a name");
            return;
        }
        for (var section : SECTIONS) {
            if (policy.spec().has(section) && isUsed(policy, section)) {
                var older = policies.putIfAbsent(new Key(found.key(), rule, section), policy);
                if (older != null) {
                    var message =
                            "the older " + older.key() + " says " + section + " of this target";
                    conditions.fail(ACCEPTED, "Conflicted", message);
                    draft.error(policy.spec().at(section), message, "");
                }
            }
        }
        conditions.pass(ACCEPTED, "Accepted", "");
    }

    /** Of a refused policy only what keeps its target closed. */
    private boolean isUsed(Document policy, String section) {
        return !refused.contains(policy) || ExtensionMaker.SECTIONS.contains(section);
    }

    /** What a targetRef of a policy or plugin refers to. */
    static @Nullable Document target(Document from, Tree target, Inventory inventory) {
        return inventory.find(
                target.text("group", Kinds.GATEWAY_API),
                target.text("kind"),
                from.namespace(),
                target.text("name"));
    }

    private static boolean hasRule(Document route, String rule) {
        return route.spec().items("rules").stream().anyMatch(one -> one.text("name").equals(rule));
    }

    /** The policy that says {@code section} there. */
    @Nullable Document find(String section, Document gateway, Document route, Tree rule) {
        if (rule.has("name")) {
            var own = policies.get(new Key(route.key(), rule.text("name"), section));
            if (own != null) {
                return own;
            }
        }
        var own = policies.get(new Key(route.key(), "", section));
        return own != null ? own : ofGateway(section, gateway);
    }

    /** The policy that says {@code section} of the Gateway as a whole. */
    @Nullable Document ofGateway(String section, Document gateway) {
        return policies.get(new Key(gateway.key(), "", section));
    }
}
