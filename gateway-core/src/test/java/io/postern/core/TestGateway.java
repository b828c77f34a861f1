package io.postern.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.postern.config.ConfigFile;
import io.postern.config.LoadResult;
import io.postern.config.model.Address;
import io.postern.config.model.Bootstrap;
import io.postern.config.model.FilterChain;
import io.postern.config.model.FilterSpec;
import io.postern.config.model.HttpFilter;
import io.postern.config.model.Listener;
import io.postern.config.model.RuntimeSnapshot;
import io.postern.core.filter.FilterRegistry;
import io.postern.core.format.FormatEnvironment;
import io.postern.core.hotrestart.ProcessName;
import io.postern.core.observe.AccessLogs;
import io.postern.core.observe.StatStore;
import io.postern.core.upstream.dns.DnsClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Gateways for tests, and their configurations. */
final class TestGateway {
    /** A filter known by its name only. */
    record NamedSpec(String name) implements FilterSpec {
        @Override
        public String typeName() {
            return "test.Named";
        }
    }

    private TestGateway() {}

    static Gateway start(CountingFilter filters) {
        return start(filters, 2, List.of());
    }

    static Gateway start(CountingFilter filters, int workers, List<ProcessName> predecessors) {
        var stats = new StatStore(workers);
        var group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        return Gateway.start(
                bootstrap("static_resources: {}"),
                new Gateway.Settings(
                        workers,
                        new FilterRegistry(List.of(filters)),
                        stats,
                        new AccessLogs(stats),
                        new FormatEnvironment("host", name -> ""),
                        new DnsClient(group.next()),
                        Clock.systemUTC(),
                        new Gateway.Drain(Duration.ofSeconds(5), false)),
                predecessors);
    }

    /** Makes the listeners and clusters of {@code yaml} those of {@code gateway}. */
    static void serve(Gateway gateway, String yaml) {
        Bootstrap config = bootstrap(yaml);
        var snapshot = new RuntimeSnapshot(config.listeners(), config.clusters());
        assertThat(gateway.apply(snapshot).listenerErrors()).isEmpty();
    }

    /** A connection to the first listener. */
    static Socket connect(Gateway gateway) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port(gateway));
    }

    /** Where the first listener listens. */
    static int port(Gateway gateway) {
        var address = (InetSocketAddress) requireNonNull(gateway.listeners().getFirst().address());
        return address.getPort();
    }

    /** An upstream that the test plays itself. */
    static ServerSocket upstream() {
        try {
            return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Bootstrap bootstrap(String yaml) {
        LoadResult result = new ConfigFile(Map.of()).loadYaml("test", yaml);
        if (result instanceof LoadResult.Loaded(Bootstrap bootstrap, var _, var _, var _)) {
            return bootstrap;
        }
        throw new AssertionError(result.errors().toString());
    }

    /**
     * A listener that answers directly.
     *
     * @param manager one more line of the connection manager; may be empty
     */
    static Listener listener(String name, String prefix, String answer, String manager) {
        return bootstrap(
                        """
                        static_resources:
                          listeners:
                          - name: NAME
                            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                            filter_chains:
                            - filters:
                              - name: hcm
                                typed_config:
                                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                                  stat_prefix: test
                                  MANAGER
                                  route_config:
                                    virtual_hosts:
                                    - name: all
                                      domains: ["*"]
                                      routes:
                                      - match: {prefix: "PREFIX"}
                                        direct_response: {status: 200, body: {inline_string: "ANSWER"}}
                                  http_filters:
                                  - name: envoy.filters.http.router
                                    typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                        """
                                .replace("NAME", name)
                                .replace(
                                        "MANAGER",
                                        manager.startsWith("drain_timeout")
                                                ? manager
                                                : "drain_timeout: 0.01s" + "\n          " + manager)
                                .replace("PREFIX", prefix)
                                .replace("ANSWER", answer))
                .listeners()
                .getFirst();
    }

    /** The same on a port of 127.0.0.1. */
    static Listener at(int port, Listener listener) {
        return new Listener(
                listener.name(),
                new Address.Socket("127.0.0.1", port),
                listener.more(),
                listener.filterChains(),
                listener.defaultFilterChain(),
                listener.bufferLimitBytes(),
                listener.inspectsTls(),
                listener.proxyProtocol(),
                listener.restoresDestination(),
                listener.filterWait(),
                listener.inbound(),
                listener.accessLogs(),
                listener.unlimited(),
                listener.bypassesOverload(),
                listener.freebind(),
                listener.metadata());
    }

    /** The same with a filter on its first chain. */
    static Listener withFilter(Listener listener, String filter) {
        return withFilter(listener, new NamedSpec(filter));
    }

    static Listener withFilter(Listener listener, FilterSpec filter) {
        FilterChain chain = listener.filterChains().getFirst();
        return listener.withFilterChains(
                List.of(chain.withHttpFilters(List.of(new HttpFilter("f", filter, false)))));
    }
}
