package io.postern.xds.oci.registry;

import io.postern.xds.oci.OciException;
import io.postern.xds.oci.Step;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Proxies as {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY} (also in lower case) say
 * them, by the rules of docker, oras and cosign (golang.org/x/net/http/httpproxy): names in {@code
 * NO_PROXY} stand for themselves and what is below them, networks in CIDR notation count for
 * addresses, and this machine is never asked through a proxy. Thread-safe: immutable.
 */
public final class EnvironmentProxies extends ProxySelector {
    private static final List<Proxy> DIRECT = List.of(Proxy.NO_PROXY);

    private final List<Proxy> https;
    private final List<Proxy> http;
    private final List<NoProxy> exceptions;

    private EnvironmentProxies(List<Proxy> https, List<Proxy> http, List<NoProxy> exceptions) {
        this.https = https;
        this.http = http;
        this.exceptions = exceptions;
    }

    /**
     * Of a process's environment.
     *
     * @throws OciException when a proxy's URL is not understood
     */
    public static EnvironmentProxies of(Map<String, String> environment) {
        return new EnvironmentProxies(
                proxy("HTTPS_PROXY", environment),
                proxy("HTTP_PROXY", environment),
                NoProxy.list(value("NO_PROXY", environment)));
    }

    private static String value(String name, Map<String, String> environment) {
        String upper = environment.getOrDefault(name, "");
        return upper.isEmpty()
                ? environment.getOrDefault(name.toLowerCase(Locale.ROOT), "")
                : upper;
    }

    private static List<Proxy> proxy(String name, Map<String, String> environment) {
        String told = value(name, environment).strip();
        if (told.isEmpty()) {
            return DIRECT;
        }
        String url = told.contains("://") ? told : "http://" + told;
        try {
            URI uri = URI.create(url);
            if ("http".equals(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getUserInfo() == null) {
                int port = uri.getPort() < 0 ? 80 : uri.getPort();
                var address = InetSocketAddress.createUnresolved(uri.getHost(), port);
                return List.of(new Proxy(Proxy.Type.HTTP, address));
            }
        } catch (IllegalArgumentException _) {
            // said below, without what may be a password
        }
        throw new OciException(
                Step.CONNECT,
                name + " is no proxy that can be used",
                "expected: http://HOST:PORT, without a password");
    }

    @Override
    public List<Proxy> select(URI uri) {
        List<Proxy> proxies = "https".equals(uri.getScheme()) ? https : http;
        String host = uri.getHost();
        if (proxies.equals(DIRECT) || host == null || isDirect(uri, host)) {
            return DIRECT;
        }
        return proxies;
    }

    private boolean isDirect(URI uri, String host) {
        String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        int port = uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
        String plain = name.toLowerCase(Locale.ROOT);
        return NoProxy.isThisMachine(plain)
                || exceptions.stream().anyMatch(one -> one.has(plain, port));
    }

    @Override
    public void connectFailed(
            @Nullable URI uri, @Nullable SocketAddress address, @Nullable IOException failure) {
        // the request fails with that, and says it
    }
}
