package io.postern.xds.resources.envoy;

import static io.postern.xds.resources.attach.Conditions.RESOLVED_REFS;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.route.v3.FilterConfig;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.postern.config.source.Nearest;
import io.postern.xds.resources.attach.GatewayListener.Attachment;
import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.document.Tree;
import io.postern.xds.resources.envoy.Extension.Missing;
import io.postern.xds.resources.envoy.Extension.Usable;
import io.postern.xds.resources.kind.Kinds;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Switches the filters of one connection manager on and off for each route. Those of Gateways are
 * on, unless a route has another of the same section; all others are off, except where a route has
 * them.
 */
final class RuleExtensions {
    private static final Any ON =
            Protos.any(FilterConfig.newBuilder().setConfig(Any.getDefaultInstance()).build());
    private static final Any OFF = Protos.any(FilterConfig.newBuilder().setDisabled(true).build());

    private final Translating translating;
    private final Extensions extensions;
    private final TreeSet<Extension> used = new TreeSet<>(Extension.ORDER);
    private final Set<String> everywhere = new HashSet<>();
    private boolean cors;

    RuleExtensions(Translating translating, Extensions extensions, Collection<Document> gateways) {
        this.translating = translating;
        this.extensions = extensions;
        if (gateways.size() == 1) {
            for (var extension : extensions.of(gateways.iterator().next())) {
                if (extension.content() instanceof Usable) {
                    used.add(extension);
                    everywhere.add(extension.filter());
                }
            }
        }
    }

    /** Sets what {@code route} switches; false: its requests must be refused. */
    boolean apply(Attachment attachment, Tree rule, Route.Builder route) {
        cors |= route.containsTypedPerFilterConfig(Cors.FILTER);
        boolean usable = references(attachment, rule);
        var on = new HashSet<String>();
        var gateway = attachment.listener().gateway();
        for (var extension : extensions.of(gateway, attachment.route(), rule)) {
            switch (extension.content()) {
                case Missing(var closed) -> usable &= !closed;
                case Usable _ -> {
                    used.add(extension);
                    on.add(extension.filter());
                    if (!everywhere.contains(extension.filter())) {
                        route.putTypedPerFilterConfig(extension.filter(), ON);
                    }
                }
            }
        }
        for (var filter : everywhere) {
            if (!on.contains(filter)) {
                route.putTypedPerFilterConfig(filter, OFF);
            }
        }
        return usable;
    }

    // What cannot be found must not be left out.
    private boolean references(Attachment attachment, Tree rule) {
        boolean found = true;
        var route = attachment.route();
        for (var filter : rule.items("filters")) {
            var reference = filter.at("extensionRef");
            if (!reference.isPresent()) {
                continue;
            }
            var kind = reference.text("kind");
            boolean known =
                    reference.text("group").equals(Kinds.POSTERN) && kind.equals("WasmPlugin");
            var name = reference.text("name");
            if (!known
                    || translating.inventory().find(Kinds.POSTERN, kind, route.namespace(), name)
                            == null) {
                var message =
                        known
                                ? "there is no " + kind + " " + route.namespace() + "/" + name
                                : kind + " (expected: WasmPlugin of the group postern.io)";
                var cure =
                        Nearest.cure(
                                name,
                                translating.inventory().names("WasmPlugin", route.namespace()));
                translating.statuses().of(route).error(reference, message, known ? cure : "");
                attachment
                        .conditions()
                        .fail(RESOLVED_REFS, known ? "BackendNotFound" : "InvalidKind", message);
                found = false;
            }
        }
        return found;
    }

    /** All filters of the connection manager, in their order. */
    Collection<Extension> used() {
        return used;
    }

    /** Whether a filter is on where a route says nothing. */
    boolean isEverywhere(Extension extension) {
        return everywhere.contains(extension.filter());
    }

    /** Whether some route has a CORS policy. */
    boolean hasCors() {
        return cors;
    }
}
