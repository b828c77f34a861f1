package io.postern.core.headers;

import io.postern.config.model.HttpConnectionManager;
import io.postern.config.model.HttpConnectionManager.ClientAddress;
import io.postern.config.model.HttpConnectionManager.RequestId;
import io.postern.config.model.HttpConnectionManager.UnderscoreAction;
import io.postern.core.format.OctetBuffer;
import io.postern.core.http.HttpConnection;
import io.postern.core.route.GrpcRequest;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a connection manager does to the head of every request before it is routed. {@link
 * #normalize} first, then {@link #sanitize}.
 *
 * <p>Source: Envoy's "HTTP header manipulation" and "HTTP header sanitizing", compared with Envoy
 * 1.40. Confined to one event loop: it has scratch buffers.
 */
public final class RequestHeaders {
    private static final HeaderName FORWARDED_PROTO = HeaderName.of("x-forwarded-proto");
    private static final HeaderName FORWARDED_PORT = HeaderName.of("x-forwarded-port");
    private static final HeaderName INTERNAL = HeaderName.of("x-envoy-internal");
    private static final HeaderName EXTERNAL_ADDRESS = HeaderName.of("x-envoy-external-address");
    private static final byte[] TRUE = ascii("true");
    private static final byte[] HTTP = ascii("http");
    private static final byte[] HTTPS = ascii("https");

    private final ClientAddress rules;
    private final NameSet internalOnly;
    private final RequestId requestId;
    private final UnderscoreAction underscores;
    private final PathRules paths;
    private final HostRules hosts;
    private final Via via;
    private final byte[] schemeToOverwrite;
    private final List<AddressRange> internalRanges;
    private final byte @Nullable [] nodeAddress;
    private final RequestIds ids;
    private final OriginalAddress original;
    private final ForwardedClientCert clientCert;
    private final OctetBuffer scratch = new OctetBuffer();

    /** Of a manager whose routes have no headers of their own to remove. */
    public RequestHeaders(
            HttpConnectionManager manager,
            @Nullable InetAddress nodeAddress,
            SplittableRandom random) {
        this(manager, List.of(), nodeAddress, random);
    }

    /**
     * @param internalOnly headers that requests from outside lose
     * @param nodeAddress an address of this machine that others can reach; stands in
     *     x-forwarded-for for clients on the loopback interface; null: it is looked up
     * @param random the worker's own
     */
    public RequestHeaders(
            HttpConnectionManager manager,
            List<HeaderName> internalOnly,
            @Nullable InetAddress nodeAddress,
            SplittableRandom random) {
        this.internalOnly =
                NameSet.of(internalOnly.stream().map(HeaderName::toString).toArray(String[]::new));
        this.rules = manager.clientAddress();
        this.requestId = manager.requestId();
        this.underscores = manager.underscoreAction();
        this.paths =
                new PathRules(
                        manager.pathNormalization(), manager.hardening().rejectAmbiguousPaths());
        this.hosts =
                new HostRules(
                        manager.stripMatchingHostPort() && !manager.stripAnyHostPort(),
                        manager.stripAnyHostPort(),
                        manager.stripTrailingHostDot());
        this.via = new Via(manager.via());
        this.schemeToOverwrite = ascii(manager.schemeToOverwrite());
        this.internalRanges = rules.internalRanges().stream().map(AddressRange::of).toList();
        InetAddress reachable = nodeAddress == null ? MachineAddress.find() : nodeAddress;
        this.nodeAddress = reachable == null ? null : IpText.of(reachable);
        this.ids = new RequestIds(random);
        this.original = new OriginalAddress(rules.detections());
        this.clientCert = new ForwardedClientCert(manager.clientCert());
    }

    /** What all requests of a connection have in common. */
    public Peer peer(HttpConnection connection) {
        InetAddress address = inet(connection.remoteAddress());
        byte[] text = address == null ? null : IpText.of(address);
        boolean loopback = address != null && address.isLoopbackAddress();
        return new Peer(
                connection,
                text,
                loopback && nodeAddress != null ? nodeAddress : text,
                address != null && isInternal(address),
                connection.tls() == null ? HTTP : HTTPS,
                clientCert.describe(connection.tls()));
    }

    /** Rejects what must not pass, and brings host and path into the form that is matched. */
    public Verdict normalize(HeaderMap head, Peer peer) {
        if (underscores != UnderscoreAction.ALLOW && !checkUnderscores(head)) {
            return Verdict.REJECT_UNDERSCORE;
        }
        // an upgrade keeps its Connection header, and what it names with it
        if (head.contains(Upgrade.CONNECTION)
                && !Upgrade.isUpgrade(head)
                && !ConnectionHeader.removeNominated(head)) {
            return Verdict.REJECT_CONNECTION_HEADER;
        }
        Verdict verdict = paths.apply(head);
        if (verdict == Verdict.CONTINUE) {
            hosts.apply(head, peer.localPort);
            if (rejectStatus(head, peer) != 0) {
                return Verdict.REJECT_WITHOUT_ADDRESS;
            }
        }
        // gRPC clients do not follow redirects
        boolean reject = verdict == Verdict.REDIRECT_PATH && GrpcRequest.isGrpc(head);
        return reject ? Verdict.REJECT_PATH : verdict;
    }

    /** Of a request whose client's address cannot be found though it has to be; 0: go on. */
    public int rejectStatus(HeaderMap head, Peer peer) {
        return original.isConfigured()
                ? original.find(head, inet(peer.connection.remoteAddress()), null, scratch)
                        .rejectStatus()
                : 0;
    }

    /**
     * Removes hop-by-hop headers and headers that only trusted clients may send, says where the
     * request came from, and gives it an id.
     *
     * @return the client's address, as far as it can be trusted
     */
    public SocketAddress sanitize(HeaderMap head, Peer peer) {
        boolean upgrade = Upgrade.isUpgrade(head);
        if (!upgrade) {
            ConnectionHeader.keepTrailers(head);
        }
        Tokens.join(head, ForwardedFor.NAME, scratch);
        Tokens.join(head, RequestIds.NAME, scratch);
        boolean single =
                rules.useRemoteAddress()
                        ? !head.contains(ForwardedFor.NAME)
                        : rules.trustedHops() == 0 && ForwardedFor.isSingle(head);
        InetAddress forwarded;
        if (original.isConfigured()) {
            OriginalAddress.Found found =
                    original.find(
                            head,
                            inet(peer.connection.remoteAddress()),
                            peer.forwardedFor,
                            scratch);
            forwarded = found.address();
            single = found.mayBeInternal();
        } else {
            forwarded = forwardedAddress(head);
        }
        boolean internal =
                single
                        && (forwarded != null
                                ? isInternal(forwarded)
                                : rules.useRemoteAddress() && peer.internal);
        boolean edge = rules.useRemoteAddress() && !internal;
        UntrustedHeaders.remove(head, upgrade, internal, edge);
        if (!internal && !internalOnly.isEmpty()) {
            internalOnly.removeFrom(head);
        }
        addProvenance(head, peer, internal);
        if (edge) {
            addExternalAddress(head, peer, forwarded);
        }
        if (requestId.generate()) {
            identify(head, edge);
        }
        clientCert.apply(head, peer.certificate, scratch);
        return forwarded == null
                ? peer.connection.remoteAddress()
                : new InetSocketAddress(forwarded, 0);
    }

    private @Nullable InetAddress forwardedAddress(HeaderMap head) {
        if (rules.useRemoteAddress()) {
            return rules.trustedHops() > 0
                    ? ForwardedFor.last(head, rules.trustedHops() - 1)
                    : null;
        }
        return ForwardedFor.last(head, rules.trustedHops());
    }

    private void addProvenance(HeaderMap head, Peer peer, boolean internal) {
        byte[] address = peer.forwardedFor;
        if (rules.useRemoteAddress() && !rules.skipXffAppend() && address != null) {
            ForwardedFor.append(head, address, scratch);
        }
        boolean overwrite = rules.useRemoteAddress() && rules.trustedHops() == 0;
        if (overwrite || !head.contains(FORWARDED_PROTO)) {
            head.set(FORWARDED_PROTO, peer.scheme);
        }
        if (rules.appendPort()
                && peer.localPort >= 0
                && (overwrite || !head.contains(FORWARDED_PORT))) {
            head.set(FORWARDED_PORT, Integer.toString(peer.localPort));
        }
        addScheme(head, peer);
        if (internal) {
            head.set(INTERNAL, TRUE);
        }
        via.appendTo(head, scratch);
    }

    private void addScheme(HeaderMap head, Peer peer) {
        if (schemeToOverwrite.length > 0) {
            head.set(HeaderName.SCHEME, schemeToOverwrite);
            head.set(FORWARDED_PROTO, schemeToOverwrite);
        }
        if (head.contains(HeaderName.SCHEME)) {
            return;
        }
        int proto = head.indexOf(FORWARDED_PROTO);
        boolean known = head.valueIs(proto, "http") || head.valueIs(proto, "https");
        byte[] scheme = known ? head.valueIs(proto, "https") ? HTTPS : HTTP : peer.scheme;
        head.add(HeaderName.SCHEME, scheme);
    }

    private static void addExternalAddress(
            HeaderMap head, Peer peer, @Nullable InetAddress forwarded) {
        byte[] address = forwarded == null ? peer.address : IpText.of(forwarded);
        if (address != null) {
            head.set(EXTERNAL_ADDRESS, address);
        }
    }

    private void identify(HeaderMap head, boolean edge) {
        int index = head.indexOf(RequestIds.NAME);
        boolean present = index >= 0 && head.valueLength(index) > 0;
        if (!present || (edge && !requestId.preserveExternal())) {
            ids.set(head);
        } else if (edge) {
            RequestIds.untrace(head);
        }
    }

    private boolean checkUnderscores(HeaderMap head) {
        for (int i = head.size() - 1; i >= 0; i--) {
            if (hasUnderscore(head, i)) {
                if (underscores == UnderscoreAction.REJECT_REQUEST) {
                    return false;
                }
                head.removeAt(i);
            }
        }
        return true;
    }

    private static boolean hasUnderscore(HeaderMap head, int index) {
        int end = head.nameStart(index) + head.nameLength(index);
        for (int i = head.nameStart(index); i < end; i++) {
            if (head.octets()[i] == '_') {
                return true;
            }
        }
        return false;
    }

    private boolean isInternal(InetAddress address) {
        for (int i = 0; i < internalRanges.size(); i++) {
            if (internalRanges.get(i).contains(address)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable InetAddress inet(SocketAddress address) {
        return address instanceof InetSocketAddress socket ? socket.getAddress() : null;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
