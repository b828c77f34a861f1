package io.postern.xds.resources.attach;

import static io.postern.xds.resources.attach.Conditions.ACCEPTED;
import static io.postern.xds.resources.attach.Conditions.CONFLICTED;
import static io.postern.xds.resources.attach.Conditions.PROGRAMMED;
import static io.postern.xds.resources.attach.Conditions.RESOLVED_REFS;

import io.postern.config.source.Nearest;
import io.postern.xds.resources.Condition.State;
import io.postern.xds.resources.DocumentKey;
import io.postern.xds.resources.attach.GatewayListener.Protocol;
import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.document.Tree;
import io.postern.xds.resources.kind.Kinds;
import java.util.ArrayList;
import java.util.List;

/** Which Gateways are ours, and which of their listeners are good. */
public final class Gateways {
    private final Inventory inventory;
    private final Grants grants;
    private final Statuses statuses;

    public Gateways(Inventory inventory, Grants grants, Statuses statuses) {
        this.inventory = inventory;
        this.grants = grants;
        this.statuses = statuses;
    }

    /** The listeners of every Gateway of ours, the oldest Gateway first. */
    public List<OurGateway> find() {
        inventory.all("GatewayClass").forEach(this::judgeClass);
        var ours = new ArrayList<OurGateway>();
        for (var gateway : inventory.all("Gateway")) {
            if (isOurs(gateway)) {
                ours.add(gateway(gateway));
            }
        }
        return ours;
    }

    private void judgeClass(Document gatewayClass) {
        var conditions = statuses.of(gatewayClass).conditions();
        if (!gatewayClass.spec().text("controllerName").equals(Kinds.CONTROLLER)) {
            conditions.say(
                    ACCEPTED,
                    State.UNKNOWN,
                    "Pending",
                    "of another controller (expected for ours: " + Kinds.CONTROLLER + ")");
            return;
        }
        conditions.pass(ACCEPTED, "Accepted", "");
        conditions.pass("SupportedVersion", "SupportedVersion", "");
    }

    private boolean isOurs(Document gateway) {
        var name = gateway.spec().text("gatewayClassName");
        var known = inventory.find(Kinds.GATEWAY_API, "GatewayClass", "", name);
        var conditions = statuses.of(gateway).conditions();
        if (known == null) {
            if (name.equals(Kinds.DEFAULT_CLASS)) {
                return true;
            }
            var names = new ArrayList<>(inventory.names("GatewayClass", ""));
            names.add(Kinds.DEFAULT_CLASS);
            var cure = Nearest.cure(name, names);
            statuses.of(gateway)
                    .error(
                            gateway.spec().at("gatewayClassName"),
                            "there is no GatewayClass \"" + name + "\"",
                            cure.isEmpty() ? "the class that needs no document is postern" : cure);
            conditions.say(ACCEPTED, State.UNKNOWN, "Pending", "no GatewayClass " + name);
            conditions.say(PROGRAMMED, State.UNKNOWN, "Pending", "no GatewayClass " + name);
            return false;
        }
        return known.spec().text("controllerName").equals(Kinds.CONTROLLER);
    }

    private OurGateway gateway(Document gateway) {
        var listeners = new ArrayList<GatewayListener>();
        for (var tree : gateway.spec().items("listeners")) {
            listeners.add(new GatewayListener(gateway, tree));
        }
        for (var listener : listeners) {
            protocol(listener);
            kinds(listener);
            certificates(listener);
        }
        new ListenerConflicts(statuses).within(listeners);
        return new OurGateway(gateway, List.copyOf(listeners), addresses(gateway));
    }

    private List<String> addresses(Document gateway) {
        var addresses = new ArrayList<String>();
        for (var address : gateway.spec().items("addresses")) {
            if (address.text("type", "IPAddress").equals("IPAddress") && address.has("value")) {
                addresses.add(address.text("value"));
            } else {
                statuses.of(gateway)
                        .error(
                                address,
                                "an address that no socket can be bound to",
                                "expected: type IPAddress and a value");
                statuses.of(gateway)
                        .conditions()
                        .fail(ACCEPTED, "UnsupportedAddress", "only IP addresses can be bound");
            }
        }
        return addresses.isEmpty() ? List.of("0.0.0.0") : addresses.stream().distinct().toList();
    }

    private void protocol(GatewayListener listener) {
        if (listener.protocol() == Protocol.UNSUPPORTED) {
            var message =
                    "\""
                            + listener.tree().text("protocol")
                            + "\" (expected: one of HTTP, HTTPS, TLS, TCP)";
            statuses.of(listener.gateway()).error(listener.tree().at("protocol"), message, "");
            listener.conditions().fail(ACCEPTED, "UnsupportedProtocol", message);
        }
    }

    private void kinds(GatewayListener listener) {
        var allowed = listener.tree().at("allowedRoutes").items("kinds");
        if (allowed.isEmpty()) {
            listener.kinds().addAll(listener.protocol().kinds());
            return;
        }
        for (var kind : allowed) {
            var name = kind.text("kind");
            if (kind.text("group", Kinds.GATEWAY_API).equals(Kinds.GATEWAY_API)
                    && listener.protocol().kinds().contains(name)) {
                listener.kinds().add(name);
            } else {
                var message =
                        name
                                + " (expected on this listener: "
                                + String.join(", ", listener.protocol().kinds())
                                + ")";
                statuses.of(listener.gateway()).error(kind, message, "");
                listener.conditions().fail(RESOLVED_REFS, "InvalidRouteKinds", message);
            }
        }
    }

    private void certificates(GatewayListener listener) {
        if (!listener.protocol().isTls() || listener.protocol() == Protocol.TLS_PASSTHROUGH) {
            return;
        }
        for (var reference : listener.tree().at("tls").items("certificateRefs")) {
            certificate(listener, reference);
        }
        if (listener.certificates().isEmpty()) {
            listener.conditions()
                    .fail(PROGRAMMED, "Invalid", "no certificate that could be served");
        }
    }

    private void certificate(GatewayListener listener, Tree reference) {
        var gateway = listener.gateway();
        var key =
                new DocumentKey(
                        reference.text("group"),
                        reference.text("kind", "Secret"),
                        reference.text("namespace", gateway.namespace()),
                        reference.text("name"));
        var problem = "";
        var reason = "InvalidCertificateRef";
        var secret = inventory.find(key.group(), key.kind(), key.namespace(), key.name());
        if (!key.group().isEmpty() || !key.kind().equals("Secret")) {
            problem = key.kind() + " (expected: a Secret)";
        } else if (!grants.allow(gateway, key)) {
            reason = "RefNotPermitted";
            problem =
                    "no ReferenceGrant in "
                            + key.namespace()
                            + " lets Gateways of "
                            + gateway.namespace()
                            + " refer to the Secret "
                            + key.name();
        } else if (secret == null) {
            problem = "there is no " + key;
        } else {
            problem = Certificates.problem(secret);
        }
        if (problem.isEmpty() && secret != null) {
            listener.certificates().add(secret);
        } else {
            statuses.of(gateway)
                    .error(
                            reference,
                            problem,
                            secret != null
                                    ? ""
                                    : Nearest.cure(
                                            key.name(),
                                            inventory.names("Secret", key.namespace())));
            listener.conditions().fail(RESOLVED_REFS, reason, problem);
        }
    }

    /** Nothing of a Gateway is served that is not accepted. */
    public void close(OurGateway ours) {
        if (statuses.of(ours.gateway()).conditions().failed(ACCEPTED)) {
            for (var listener : ours.listeners()) {
                listener.conditions().fail(PROGRAMMED, "Invalid", "the Gateway is not accepted");
            }
        }
    }

    /** Says of every listener and Gateway what was found out. */
    public void judge(OurGateway ours) {
        int good = 0;
        var draft = statuses.of(ours.gateway());
        for (var listener : ours.listeners()) {
            var conditions = listener.conditions();
            boolean served = listener.isServed();
            good += served ? 1 : 0;
            conditions.pass(ACCEPTED, "Accepted", "");
            conditions.say(CONFLICTED, State.FALSE, "NoConflicts", "");
            conditions.pass(RESOLVED_REFS, "ResolvedRefs", "");
            if (served) {
                conditions.pass(PROGRAMMED, "Programmed", "");
            } else {
                conditions.fail(PROGRAMMED, "Invalid", "the listener is not served");
            }
            draft.listener(
                    listener.name(),
                    listener.attached().size(),
                    List.copyOf(listener.kinds()),
                    conditions);
        }
        var conditions = draft.conditions();
        if (good == 0) {
            conditions.fail(ACCEPTED, "ListenersNotValid", "no listener can be served");
            conditions.fail(PROGRAMMED, "Invalid", "no listener can be served");
        } else if (good < ours.listeners().size()) {
            conditions.pass(ACCEPTED, "ListenersNotValid", "some listeners cannot be served");
        } else {
            conditions.pass(ACCEPTED, "Accepted", "");
        }
        if (conditions.failed(ACCEPTED)) {
            conditions.fail(PROGRAMMED, "Invalid", "the Gateway is not accepted");
        }
        conditions.pass(PROGRAMMED, "Programmed", "");
    }
}
