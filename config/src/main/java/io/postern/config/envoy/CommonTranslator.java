package io.postern.config.envoy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.net.InetAddresses;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.postern.config.model.Address;
import io.postern.config.model.Bootstrap.Node;
import io.postern.config.model.DataSource;
import io.postern.config.model.FilterChain.CidrRange;
import io.postern.config.model.RouteMatch;
import io.postern.config.source.Spot;
import io.postern.sdk.MessageValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Translates the small messages of {@code envoy.config.core.v3}. */
final class CommonTranslator {
    private final Translation translation;

    CommonTranslator(Translation translation) {
        this.translation = translation;
    }

    static List<MessageSupport> declared() {
        var core = "envoy.config.core.v3.";
        return List.of(
                MessageSupport.of(core + "Node")
                        .reads("id", "cluster", "locality")
                        .opaque("metadata")
                        .accepts(
                                "plugins see it; management servers are told what is true of this program",
                                "dynamic_parameters",
                                "user_agent_name",
                                "user_agent_version",
                                "user_agent_build_version",
                                "extensions",
                                "client_features",
                                "listening_addresses"),
                MessageSupport.of(core + "Locality").reads("region", "zone", "sub_zone"),
                MessageSupport.of(core + "Address").reads("socket_address", "pipe"),
                MessageSupport.of(core + "SocketAddress")
                        .reads("address", "port_value")
                        .partly("protocol", "TCP only")
                        .accepts("IPv4 arrives as IPv4 in any case", "ipv4_compat"),
                MessageSupport.of(core + "Pipe").reads("path").only("mode", "0"),
                MessageSupport.of(core + "CidrRange").reads("address_prefix", "prefix_len"),
                MessageSupport.of(core + "DataSource")
                        .reads(
                                "filename",
                                "inline_bytes",
                                "inline_string",
                                "environment_variable"));
    }

    Node node(io.envoyproxy.envoy.config.core.v3.Node node) {
        var locality = node.getLocality();
        return new Node(
                node.getId(),
                node.getCluster(),
                locality.getRegion(),
                locality.getZone(),
                locality.getSubZone(),
                node.getMetadata().toByteArray(),
                node.equals(node.getDefaultInstanceForType())
                        ? MessageValue.none()
                        : MessageValues.of(node));
    }

    /** An address; {@code named}: a host name is allowed. */
    Address address(io.envoyproxy.envoy.config.core.v3.Address address, boolean named, Spot spot) {
        return switch (address.getAddressCase()) {
            case SOCKET_ADDRESS ->
                    socket(address.getSocketAddress(), named, spot.field("socket_address"));
            case PIPE -> new Address.Pipe(address.getPipe().getPath());
            case ENVOY_INTERNAL_ADDRESS, ADDRESS_NOT_SET -> new Address.Pipe("");
        };
    }

    private Address socket(SocketAddress socket, boolean named, Spot spot) {
        if (socket.getProtocol() != SocketAddress.Protocol.TCP) {
            translation.error(spot.field("protocol"), "not supported yet: protocol other than TCP");
        }
        var host = socket.getAddress();
        if (!named && !InetAddresses.isInetAddress(host)) {
            translation.error(
                    spot.field("address"),
                    "malformed IP address: \"" + host + "\"",
                    "a cluster of type STRICT_DNS or LOGICAL_DNS takes host names");
        }
        return new Address.Socket(host, socket.getPortValue());
    }

    CidrRange cidr(io.envoyproxy.envoy.config.core.v3.CidrRange range, Spot spot) {
        var prefix = range.getAddressPrefix();
        if (!InetAddresses.isInetAddress(prefix)) {
            translation.error(
                    spot.field("address_prefix"), "malformed IP address: \"" + prefix + "\"");
            return new CidrRange("0.0.0.0", 0);
        }
        int longest = InetAddresses.forString(prefix).getAddress().length * 8;
        int length = range.getPrefixLen().getValue();
        if (length > longest) {
            translation.error(
                    spot.field("prefix_len"), length + " (expected: 0 to " + longest + ")");
        }
        return new CidrRange(prefix, length);
    }

    DataSource dataSource(io.envoyproxy.envoy.config.core.v3.DataSource source, Spot spot) {
        return switch (source.getSpecifierCase()) {
            case FILENAME -> new DataSource.LocalFile(source.getFilename());
            case INLINE_BYTES -> new DataSource.Inline(source.getInlineBytes().toByteArray());
            case INLINE_STRING -> new DataSource.Inline(source.getInlineString().getBytes(UTF_8));
            case ENVIRONMENT_VARIABLE -> {
                var name = source.getEnvironmentVariable();
                var value = translation.environment().get(name);
                if (value == null) {
                    translation.error(
                            spot.field("environment_variable"),
                            "the environment variable " + name + " is not set");
                }
                yield new DataSource.Inline((value == null ? "" : value).getBytes(UTF_8));
            }
            case SPECIFIER_NOT_SET -> new DataSource.Inline(new byte[0]);
        };
    }

    /** The bytes themselves, for what is needed while translating. */
    byte[] bytes(DataSource source, Spot spot) {
        return switch (source) {
            case DataSource.Inline(var bytes) -> bytes;
            case DataSource.LocalFile(var path) -> {
                try {
                    yield Files.readAllBytes(Path.of(path));
                } catch (IOException e) {
                    translation.error(
                            spot.field("filename"),
                            "cannot read the file \"" + path + "\": " + e.getMessage(),
                            "a relative path starts at the working directory");
                    yield new byte[0];
                }
            }
        };
    }

    /** A share of the requests. */
    RouteMatch.Fraction fraction(FractionalPercent percent, Spot spot) {
        int denominator =
                switch (percent.getDenominator()) {
                    case HUNDRED, UNRECOGNIZED -> 100;
                    case TEN_THOUSAND -> 10_000;
                    case MILLION -> 1_000_000;
                };
        int numerator = Translation.clamp(percent.getNumerator());
        if (numerator > denominator) {
            translation.warning(
                    spot.field("numerator"),
                    numerator + " of " + denominator + " is more than all",
                    "set denominator: TEN_THOUSAND or MILLION, or a smaller numerator");
        }
        return new RouteMatch.Fraction(numerator, denominator);
    }
}
