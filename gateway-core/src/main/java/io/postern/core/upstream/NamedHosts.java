package io.postern.core.upstream;

import io.netty.util.NetUtil;
import io.postern.core.upstream.AskedNames.Answer;
import io.postern.core.upstream.StreamRequester.Failure;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.Worker.Cancellable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to the hosts that they name, as soon as the names are known. Confined to the event
 * loop.
 *
 * <p>Source: Envoy's dynamic forward proxy, filter and cluster.
 */
final class NamedHosts {
    private static final Cancellable NOTHING = () -> {};
    private static final int MOST_OF_A_NAME = 255;

    private final AskedNames names;
    private final ClusterOnWorker cluster;
    private int waiting;

    NamedHosts(AskedNames names, ClusterOnWorker cluster) {
        this.names = names;
        this.cluster = cluster;
    }

    /** What is done with the host that a request names. */
    private interface Use {
        Cancellable with(HostOnWorker host);

        void without(Failure failure, String reason);
    }

    Cancellable request(LoadBalancerContext context, StreamRequester requester) {
        return find(
                context,
                new Use() {
                    @Override
                    public Cancellable with(HostOnWorker host) {
                        return cluster.request(host, context, requester);
                    }

                    @Override
                    public void without(Failure failure, String reason) {
                        requester.onStreamFailure(failure, null, reason);
                    }
                });
    }

    Cancellable open(LoadBalancerContext context, ChannelRequester requester) {
        return find(
                context,
                new Use() {
                    @Override
                    public Cancellable with(HostOnWorker host) {
                        return cluster.connector().open(host, requester);
                    }

                    @Override
                    public void without(Failure failure, String reason) {
                        requester.onChannelFailure(failure, null, reason);
                    }
                });
    }

    private Cancellable find(LoadBalancerContext context, Use use) {
        HeaderMap head = context.head();
        String authority = head == null ? null : head.get(HeaderName.AUTHORITY);
        Name name = authority == null ? null : Name.of(authority, defaultPort());
        if (name == null) {
            use.without(Failure.UNKNOWN_NAME, "invalid host");
            return NOTHING;
        }
        HostSpec known = names.hosts().find(name.key());
        if (known == null && name.literal() != null) {
            known =
                    names.hosts()
                            .add(
                                    name.key(),
                                    new InetSocketAddress(name.literal(), name.port()),
                                    name.host());
        }
        if (known != null) {
            return use.with(cluster.host(known));
        }
        if (name.literal() != null) {
            use.without(Failure.TOO_MANY_NAMES, "");
            return NOTHING;
        }
        return look(name, use);
    }

    private Cancellable look(Name name, Use use) {
        if (waiting >= names.config().maxPending()) {
            use.without(Failure.NAMES_PENDING, "");
            return NOTHING;
        }
        waiting++;
        var asked = new Asked(use);
        names.ask(
                name.host(),
                name.port(),
                answer -> cluster.worker().execute(() -> asked.answered(answer)));
        return asked;
    }

    private int defaultPort() {
        return cluster.config().tls() == null ? 80 : 443;
    }

    /** One request that waits for a name. */
    private final class Asked implements Cancellable {
        private final Use use;
        private Cancellable next = NOTHING;
        private boolean cancelled;

        Asked(Use use) {
            this.use = use;
        }

        void answered(Answer answer) {
            waiting--;
            if (cancelled) {
                return;
            }
            switch (answer) {
                case Answer.Found(HostSpec host) -> next = use.with(cluster.host(host));
                case Answer.Failed(String reason) -> use.without(Failure.UNKNOWN_NAME, reason);
                case Answer.Overflow() -> use.without(Failure.TOO_MANY_NAMES, "");
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            next.cancel();
        }
    }

    /**
     * What a request names.
     *
     * @param literal null: a name, not an address
     */
    record Name(String host, int port, @Nullable InetAddress literal) {
        static @Nullable Name of(String authority, int defaultPort) {
            int colon = authority.lastIndexOf(':');
            boolean hasPort = colon > authority.lastIndexOf(']');
            String host = hasPort ? authority.substring(0, colon) : authority;
            int port = hasPort ? port(authority.substring(colon + 1)) : defaultPort;
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            }
            if (host.isEmpty() || host.length() > MOST_OF_A_NAME || port < 0) {
                return null;
            }
            byte[] octets = NetUtil.createByteArrayFromIpAddressString(host);
            try {
                return new Name(
                        host.toLowerCase(Locale.ROOT),
                        port,
                        octets == null ? null : InetAddress.getByAddress(octets));
            } catch (UnknownHostException e) {
                throw new IllegalStateException("bug: an address of a wrong length", e);
            }
        }

        private static int port(String text) {
            int port = text.isEmpty() || text.length() > 5 ? -1 : 0;
            for (int i = 0; i < text.length() && port >= 0; i++) {
                int digit = text.charAt(i) - '0';
                port = digit < 0 || digit > 9 ? -1 : port * 10 + digit;
            }
            return port > 65535 ? -1 : port;
        }

        String key() {
            return host + ":" + port;
        }
    }
}
