package io.postern.core.upstream.dns;

import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.resolver.DefaultHostsFileEntriesResolver;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import io.postern.config.model.Address;
import io.postern.config.model.Cluster.DnsFamily;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Addresses written as such, then the hosts file, then the name servers of the system, with the
 * search list of resolv.conf; nothing is cached here. Callbacks come on its event loop, an NIO loop
 * of the control side. Thread-safe.
 */
public final class DnsClient implements NameResolver, AutoCloseable {
    private static final Duration UNKNOWN_TTL = Duration.ZERO;

    private final EventLoop loop;
    private final DefaultHostsFileEntriesResolver hostsFile = new DefaultHostsFileEntriesResolver();
    private final TtlNotes ttls = new TtlNotes();
    private final DnsNameResolverBuilder settings;
    private final Map<List<Address.Socket>, DnsClient> others = new ConcurrentHashMap<>();
    private @Nullable Resolvers resolvers; // confined to the loop; made for the first name

    private record Resolvers(DnsNameResolver v4, DnsNameResolver v6) {}

    /** A client on {@code loop}, which must be an NIO loop. */
    public DnsClient(EventLoop loop) {
        this(loop, new DnsNameResolverBuilder(loop));
    }

    /** {@code settings}: name servers and time-outs, if not the system's. */
    DnsClient(EventLoop loop, DnsNameResolverBuilder settings) {
        this.loop = loop;
        this.settings =
                settings.datagramChannelType(NioDatagramChannel.class)
                        .socketChannelType(NioSocketChannel.class, true)
                        .resolveCache(ttls);
    }

    @Override
    public void resolve(String name, DnsFamily family, Consumer<DnsAnswer> listener) {
        loop.execute(() -> start(name, family, listener));
    }

    // As many as there are different lists in configurations.
    @Override
    public NameResolver asking(List<Address.Socket> servers) {
        return servers.isEmpty()
                ? this
                : others.computeIfAbsent(servers, asked -> new DnsClient(loop, settings(asked)));
    }

    private DnsNameResolverBuilder settings(List<Address.Socket> servers) {
        List<InetSocketAddress> addresses =
                servers.stream()
                        .map(server ->
                                new InetSocketAddress(
                                        InetAddress.ofLiteral(server.host()), server.port()))
                        .toList();
        return new DnsNameResolverBuilder(loop)
                .nameServerProvider(new SequentialDnsServerAddressStreamProvider(addresses));
    }

    @Override
    public void close() {
        loop.execute(this::closeResolvers);
        others.values().forEach(DnsClient::close);
    }

    private void closeResolvers() {
        if (resolvers != null) {
            resolvers.v4.close();
            resolvers.v6.close();
        }
    }

    private Resolvers resolvers() {
        Resolvers made = resolvers;
        if (made == null) {
            made =
                    new Resolvers(
                            settings.resolvedAddressTypes(ResolvedAddressTypes.IPV4_ONLY).build(),
                            settings.resolvedAddressTypes(ResolvedAddressTypes.IPV6_ONLY).build());
            resolvers = made;
        }
        return made;
    }

    private void start(String name, DnsFamily family, Consumer<DnsAnswer> listener) {
        List<InetAddress> known = local(name, family);
        if (known != null) {
            listener.accept(new DnsAnswer.Found(known, UNKNOWN_TTL));
            return;
        }
        DnsNameResolver v4 = resolvers().v4;
        DnsNameResolver v6 = resolvers().v6;
        switch (family) {
            case V4_ONLY -> ask(v4, name, listener);
            case V6_ONLY -> ask(v6, name, listener);
            // Envoy's AUTO: IPv6, and IPv4 when there is none.
            case AUTO -> ask(v6, name, first -> orElse(first, v4, name, listener));
            case V4_PREFERRED -> ask(v4, name, first -> orElse(first, v6, name, listener));
            case ALL -> ask(v6, name, first -> ask(v4, name, then -> both(first, then, listener)));
        }
    }

    private void orElse(
            DnsAnswer first, DnsNameResolver other, String name, Consumer<DnsAnswer> listener) {
        if (first instanceof DnsAnswer.Found found && !found.addresses().isEmpty()) {
            listener.accept(first);
        } else {
            ask(other, name, listener);
        }
    }

    private static void both(DnsAnswer one, DnsAnswer other, Consumer<DnsAnswer> listener) {
        if (one instanceof DnsAnswer.Found a && other instanceof DnsAnswer.Found b) {
            List<InetAddress> all = new ArrayList<>(a.addresses());
            all.addAll(b.addresses());
            Duration ttl = a.ttl().isZero() || b.ttl().compareTo(a.ttl()) < 0 ? b.ttl() : a.ttl();
            listener.accept(new DnsAnswer.Found(all, b.addresses().isEmpty() ? a.ttl() : ttl));
        } else {
            listener.accept(one instanceof DnsAnswer.Found ? one : other);
        }
    }

    private void ask(DnsNameResolver resolver, String name, Consumer<DnsAnswer> listener) {
        resolver.resolveAll(name)
                .addListener((Future<List<InetAddress>> done) -> listener.accept(of(name, done)));
    }

    private DnsAnswer of(String name, Future<List<InetAddress>> done) {
        Duration ttl = ttls.take(name);
        Throwable cause = done.cause();
        if (cause == null) {
            return new DnsAnswer.Found(done.getNow(), ttl);
        }
        return isNoSuchName(cause)
                ? new DnsAnswer.Found(List.of(), UNKNOWN_TTL)
                : new DnsAnswer.Failed(String.valueOf(cause.getMessage()));
    }

    private static boolean isNoSuchName(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DnsErrorCauseException error
                    && (error.getCode().equals(DnsResponseCode.NXDOMAIN)
                            || error.getCode().equals(DnsResponseCode.NOERROR))) {
                return true;
            }
        }
        return false;
    }

    /** What needs no name server; null when one must be asked. */
    private @Nullable List<InetAddress> local(String name, DnsFamily family) {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(name);
        try {
            if (literal != null) {
                return List.of(InetAddress.getByAddress(literal));
            }
            List<InetAddress> listed = hostsFile.addresses(name, types(family));
            if (listed == null && name.equalsIgnoreCase("localhost")) {
                // RFC 6761 6.3: never asked of a name server.
                return List.of(InetAddress.getByAddress(name, new byte[] {127, 0, 0, 1}));
            }
            return listed;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("bug: an address of a wrong length", e);
        }
    }

    private static ResolvedAddressTypes types(DnsFamily family) {
        return switch (family) {
            case V4_ONLY -> ResolvedAddressTypes.IPV4_ONLY;
            case V6_ONLY -> ResolvedAddressTypes.IPV6_ONLY;
            case AUTO, ALL -> ResolvedAddressTypes.IPV6_PREFERRED;
            case V4_PREFERRED -> ResolvedAddressTypes.IPV4_PREFERRED;
        };
    }
}
