package io.postern.xds.oci.registry;

import io.postern.xds.oci.OciException;
import io.postern.xds.oci.Step;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
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
    private static final Way DIRECT = new Way(Proxy.NO_PROXY, "");
    private static final String AUTHORIZATION = "proxy-authorization";

    private final Way https;
    private final Way http;
    private final List<NoProxy> exceptions;

    /**
     * How something is reached.
     *
     * @param authorization what the proxy is shown; empty: nothing
     */
    private record Way(Proxy proxy, String authorization) {}

    private EnvironmentProxies(Way https, Way http, List<NoProxy> exceptions) {
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

    private static Way proxy(String name, Map<String, String> environment) {
        String told = value(name, environment).strip();
        if (told.isEmpty()) {
            return DIRECT;
        }
        String url = told.contains("://") ? told : "http://" + told;
        try {
            URI uri = URI.create(url);
            if ("http".equals(uri.getScheme()) && uri.getHost() != null) {
                int port = uri.getPort() < 0 ? 80 : uri.getPort();
                var address = InetSocketAddress.createUnresolved(uri.getHost(), port);
                return new Way(new Proxy(Proxy.Type.HTTP, address), basic(uri.getUserInfo()));
            }
        } catch (IllegalArgumentException _) {
            // said below, without what may be a password
        }
        throw new OciException(
                Step.CONNECT,
                name + " is no proxy that can be used",
                "expected: http://HOST:PORT or http://USER:PASSWORD@HOST:PORT");
    }

    private static String basic(@Nullable String userInfo) {
        if (userInfo == null) {
            return "";
        }
        String pair = userInfo.contains(":") ? userInfo : userInfo + ":";
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public List<Proxy> select(URI uri) {
        return List.of(way(uri).proxy());
    }

    private Way way(URI uri) {
        Way way = "https".equals(uri.getScheme()) ? https : http;
        String host = uri.getHost();
        return way.equals(DIRECT) || host == null || isDirect(uri, host) ? DIRECT : way;
    }

    /**
     * A request that has, for its proxy alone, the user and password of the proxy's URL: an {@code
     * Authenticator} would get in the way of registries that ask for a login. For a tunnel the JDK
     * has to be told that Basic may be used ({@code jdk.http.auth.tunneling.disabledSchemes}).
     */
    public HttpRequest.Builder request(URI uri) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        String authorization = way(uri).authorization();
        return authorization.isEmpty() ? request : request.header(AUTHORIZATION, authorization);
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
