package io.postern.config.envoy;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig;
import io.postern.config.model.Address.Socket;
import io.postern.config.source.Spot;
import java.util.List;

/** Translates who is asked for the addresses of names; nobody: the system's name servers. */
final class NameServersTranslator {
    private static final String CARES =
            "envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig";
    private static final String GETADDRINFO =
            "envoy.extensions.network.dns_resolver.getaddrinfo.v3.GetAddrInfoDnsResolverConfig";
    private static final int PORT = 53;
    private static final String TUNES = "it only tunes DNS lookups";

    private final Translation translation;
    private final CommonTranslator common;

    NameServersTranslator(Translation translation) {
        this.translation = translation;
        this.common = new CommonTranslator(translation);
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of("envoy.config.core.v3.DnsResolutionConfig")
                        .reads("resolvers")
                        .accepts(TUNES, "dns_resolver_options"),
                MessageSupport.of(CARES)
                        .reads("resolvers", "use_resolvers_as_fallback")
                        .accepts(
                                TUNES,
                                "dns_resolver_options",
                                "filter_unroutable_families",
                                "udp_max_queries",
                                "query_timeout_seconds",
                                "query_tries",
                                "rotate_nameservers",
                                "edns0_max_payload_size",
                                "max_udp_channel_duration"),
                MessageSupport.of(GETADDRINFO)
                        .accepts(TUNES, "num_retries", "num_resolver_threads"));
    }

    /** What {@code typed_dns_resolver_config} holds; {@code spot} is its typed_config. */
    List<Socket> typed(Any any, Spot spot) {
        if (!Translation.is(any, CARES)) {
            if (!Translation.is(any, GETADDRINFO)) {
                translation.error(spot, "this resolves no names (expected: a " + CARES + ")");
            }
            return List.of();
        }
        var cares = Translation.unpack(any, CaresDnsResolverConfig.parser());
        return cares.getUseResolversAsFallback()
                ? List.of() // the system's are there, and go first
                : servers(cares.getResolversList(), spot.field("resolvers"));
    }

    List<Socket> servers(List<Address> addresses, Spot spot) {
        return Translation.each(addresses, spot, this::server);
    }

    private Socket server(Address address, Spot spot) {
        if (common.address(address, false, spot) instanceof Socket(String host, int port)) {
            return new Socket(host, port == 0 ? PORT : port);
        }
        translation.error(spot, "a name server has an IP address", "write socket_address");
        return new Socket("127.0.0.1", PORT);
    }
}
