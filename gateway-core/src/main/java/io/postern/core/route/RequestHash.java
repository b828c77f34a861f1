package io.postern.core.route;

import io.postern.config.model.HashPolicy;
import io.postern.config.model.NewCookie;
import io.postern.core.format.OctetBuffer;
import io.postern.core.headers.IpText;
import io.postern.core.upstream.balance.XxHash64;
import io.postern.sdk.Cookies;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.StreamInfo;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The hash of one request by the hash policies of its route. Made only where the load balancer asks
 * for it. Confined to the event loop.
 *
 * <p>Source: Envoy's {@code HashPolicyImpl}: hashes are rotated by one bit and combined by
 * exclusive or, so that equal ones do not cancel each other out.
 */
public final class RequestHash {
    private static final HeaderName SET_COOKIE = HeaderName.of("set-cookie");

    private final HeaderMap head;
    private final Peers peers;
    private final List<String> cookies = new ArrayList<>(0);
    private boolean present;
    private long value;

    /**
     * Who talks to whom.
     *
     * @param client whose request it is, perhaps as told by a proxy before us
     * @param remote the other end of the connection
     * @param local our end
     */
    public record Peers(SocketAddress client, SocketAddress remote, SocketAddress local) {
        /** Those of a stream. */
        public static Peers of(StreamInfo info) {
            return new Peers(info.remoteAddress(), info.directRemoteAddress(), info.localAddress());
        }
    }

    /** Hashes {@code head} as it goes upstream. */
    public RequestHash(List<HashPolicy> policies, HeaderMap head, Peers peers) {
        this.head = head;
        this.peers = peers;
        for (HashPolicy policy : policies) {
            OptionalLong hash = hash(policy);
            if (hash.isPresent()) {
                long old = present ? Long.rotateLeft(value, 1) : 0;
                value = old ^ hash.getAsLong();
                present = true;
            }
            if (policy.terminal() && present) {
                break;
            }
        }
    }

    /** Whether any policy found something. */
    public boolean isPresent() {
        return present;
    }

    /** The hash; meaningless when there is none. */
    public long value() {
        return value;
    }

    /** Gives the client the cookies that were made for it. */
    public void addCookies(HeaderMap response) {
        for (String cookie : cookies) {
            response.add(SET_COOKIE, cookie);
        }
    }

    private OptionalLong hash(HashPolicy policy) {
        return switch (policy) {
            case HashPolicy.Header header -> header(header);
            case HashPolicy.Cookie cookie -> cookie(cookie);
            case HashPolicy.SourceIp _ -> {
                byte[] ip = IpText.of(peers.client());
                yield ip == null ? OptionalLong.empty() : OptionalLong.of(XxHash64.of(ip));
            }
            case HashPolicy.QueryParameter(String name, _) -> {
                String parameter = queryParameter(name);
                yield parameter == null ? OptionalLong.empty() : OptionalLong.of(of(parameter));
            }
        };
    }

    private static long of(String text) {
        return XxHash64.of(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Values of one name are sorted, so that their order does not count; each seeds the next. */
    private OptionalLong header(HashPolicy.Header policy) {
        int first = head.indexOf(policy.name());
        if (first < 0) {
            return OptionalLong.empty();
        }
        List<byte[]> values = new ArrayList<>(1);
        for (int i = first; i >= 0; i = head.indexOf(policy.name(), i + 1)) {
            values.add(rewritten(policy, i));
        }
        values.sort(Arrays::compareUnsigned);
        long hash = 0;
        for (byte[] value : values) {
            hash = XxHash64.of(value, 0, value.length, hash);
        }
        return OptionalLong.of(hash);
    }

    private byte[] rewritten(HashPolicy.Header policy, int index) {
        if (policy.rewrite() == null) {
            return head.valueOctets(index);
        }
        OctetBuffer out = new OctetBuffer();
        RegexReplacement.of(policy.rewrite(), policy.substitution())
                .replaceAll(head.octets(), head.valueStart(index), head.valueLength(index), out);
        return Arrays.copyOf(out.array(), out.length());
    }

    private OptionalLong cookie(HashPolicy.Cookie policy) {
        String sent = Cookies.value(head, policy.name());
        if (!sent.isEmpty()) {
            return OptionalLong.of(of(sent));
        }
        if (policy.ttl() == null) {
            return OptionalLong.empty();
        }
        // The same for every stream of a connection, as these may race for the first answer.
        long seed = of(peers.remote() + "" + peers.local());
        String made = String.format("%016x", seed);
        var cookie = new NewCookie(policy.name(), policy.ttl(), policy.path(), policy.attributes());
        cookies.add(cookie.holding(made));
        return OptionalLong.of(of(made));
    }

    private @Nullable String queryParameter(String name) {
        String path = head.get(HeaderName.PATH);
        int query = path == null ? -1 : path.indexOf('?');
        if (path == null || query < 0) {
            return null;
        }
        for (String pair : path.substring(query + 1).split("&", -1)) {
            int equals = pair.indexOf('=');
            String key = equals < 0 ? pair : pair.substring(0, equals);
            if (key.equals(name)) {
                return equals < 0 ? "" : pair.substring(equals + 1);
            }
        }
        return null;
    }
}
