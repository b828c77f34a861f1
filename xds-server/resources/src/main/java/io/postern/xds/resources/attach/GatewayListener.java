package io.postern.xds.resources.attach;

import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.document.Tree;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A listener of a Gateway, and what is found out about it. */
public final class GatewayListener {
    /** What a listener speaks. */
    public enum Protocol {
        HTTP,
        HTTPS,
        TLS_PASSTHROUGH,
        TLS_TERMINATE,
        TCP,
        UNSUPPORTED;

        /** Which routes can attach. */
        public List<String> kinds() {
            return switch (this) {
                case HTTP, HTTPS -> List.of("HTTPRoute", "GRPCRoute");
                case TLS_PASSTHROUGH -> List.of("TLSRoute");
                case TLS_TERMINATE -> List.of("TCPRoute", "TLSRoute");
                case TCP -> List.of("TCPRoute");
                case UNSUPPORTED -> List.of();
            };
        }

        /** Whether what it serves is chosen by the name in the TLS handshake. */
        public boolean isTls() {
            return this == HTTPS || this == TLS_PASSTHROUGH || this == TLS_TERMINATE;
        }

        /** Whether it has routes of requests. */
        public boolean isHttp() {
            return this == HTTP || this == HTTPS;
        }
    }

    private final Document gateway;
    private final Tree tree;
    private final Protocol protocol;
    private final Conditions conditions = new Conditions();
    private final List<String> kinds = new ArrayList<>();
    private final List<Document> certificates = new ArrayList<>();
    private final Set<Document> attached = new LinkedHashSet<>();
    private final List<Attachment> attachments = new ArrayList<>();

    GatewayListener(Document gateway, Tree tree) {
        this.gateway = gateway;
        this.tree = tree;
        this.protocol =
                switch (tree.text("protocol")) {
                    case "HTTP" -> Protocol.HTTP;
                    case "HTTPS" -> Protocol.HTTPS;
                    case "TLS" ->
                            tree.at("tls").text("mode").equals("Passthrough")
                                    ? Protocol.TLS_PASSTHROUGH
                                    : Protocol.TLS_TERMINATE;
                    case "TCP" -> Protocol.TCP;
                    default -> Protocol.UNSUPPORTED;
                };
    }

    /** Whose it is. */
    public Document gateway() {
        return gateway;
    }

    /** As it is written. */
    public Tree tree() {
        return tree;
    }

    /** What it speaks. */
    public Protocol protocol() {
        return protocol;
    }

    /** Unique in its Gateway. */
    public String name() {
        return tree.text("name");
    }

    /** Where it listens. */
    public int port() {
        return tree.number("port", 0);
    }

    /** Empty: every host. */
    public String hostname() {
        return tree.text("hostname");
    }

    /** What is said of it. */
    public Conditions conditions() {
        return conditions;
    }

    /** Kinds of routes that it takes. */
    public List<String> kinds() {
        return kinds;
    }

    /** Secrets that are there and allowed. */
    public List<Document> certificates() {
        return certificates;
    }

    /** Every route that its Gateway allows, whatever else is wrong. */
    public Set<Document> attached() {
        return attached;
    }

    /** The routes that are served. */
    public List<Attachment> attachments() {
        return attachments;
    }

    /** Whether it can be served. */
    public boolean isServed() {
        return !conditions.failed(Conditions.ACCEPTED) && !conditions.failed(Conditions.PROGRAMMED);
    }

    /**
     * A route on a listener.
     *
     * @param hostnames what they have in common; {@code ""}: every host
     * @param parent the parentRef
     * @param conditions of the route for this parent
     */
    public record Attachment(
            Document route,
            GatewayListener listener,
            List<String> hostnames,
            Tree parent,
            Conditions conditions) {
        public Attachment {
            hostnames = List.copyOf(hostnames);
        }
    }
}
