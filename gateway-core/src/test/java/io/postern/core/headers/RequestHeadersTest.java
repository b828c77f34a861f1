package io.postern.core.headers;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.FilterChain.CidrRange;
import io.postern.config.model.HttpConnectionManager.EscapedSlashes;
import io.postern.config.model.HttpConnectionManager.UnderscoreAction;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestHeadersTest {
    private static final String UUID4 =
            "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";

    private final Managers manager = new Managers();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // edge, hops, peer, xff, proto | xff after, proto after, external, internal, client
                "true | 0 | 9.9.9.9 | - | - | 9.9.9.9 | http | 9.9.9.9 | - | 9.9.9.9",
                "true | 0 | 127.0.0.1 | - | - | 192.0.2.2 | http | 127.0.0.1 | - | 127.0.0.1",
                "true | 0 | 9.9.9.9 | 1.1.1.1 | https | 1.1.1.1,9.9.9.9 | http | 9.9.9.9 | - | 9.9.9.9",
                "true | 1 | 9.9.9.9 | 1.1.1.1 | https | 1.1.1.1,9.9.9.9 | https | 1.1.1.1 | - | 1.1.1.1",
                "true | 1 | 9.9.9.9 | 2.2.2.2, 1.1.1.1 | - | 2.2.2.2, 1.1.1.1,9.9.9.9 | http | 1.1.1.1 | - | 1.1.1.1",
                "true | 2 | 9.9.9.9 | 2.2.2.2, 1.1.1.1 | - | 2.2.2.2, 1.1.1.1,9.9.9.9 | http | 2.2.2.2 | - | 2.2.2.2",
                "true | 1 | 9.9.9.9 | nonsense | - | nonsense,9.9.9.9 | http | 9.9.9.9 | - | 9.9.9.9",
                "true | 0 | 10.0.0.1 | - | - | 10.0.0.1 | http | - | true | 10.0.0.1",
                "true | 0 | 10.0.0.1 | 10.0.0.2 | - | 10.0.0.2,10.0.0.1 | http | 10.0.0.1 | - | 10.0.0.1",
                "true | 0 | 2001:db8:0:0:0:0:0:1 | - | - | 2001:db8::1 | http | 2001:db8::1 | - | 2001:db8:0:0:0:0:0:1",
                "false | 0 | 9.9.9.9 | - | - | - | http | - | - | 9.9.9.9",
                "false | 0 | 9.9.9.9 | 10.1.2.3 | - | 10.1.2.3 | http | - | true | 10.1.2.3",
                "false | 0 | 10.0.0.1 | - | - | - | http | - | - | 10.0.0.1",
                "false | 0 | 9.9.9.9 | 1.1.1.1, 10.1.2.3 | https | 1.1.1.1, 10.1.2.3 | https | - | - | 10.1.2.3",
                "false | 1 | 9.9.9.9 | 10.1.1.1, 1.1.1.1 | - | 10.1.1.1, 1.1.1.1 | http | - | - | 10.1.1.1",
                "false | 1 | 9.9.9.9 | 10.1.1.1 | - | 10.1.1.1 | http | - | - | 9.9.9.9",
                "false | 0 | 9.9.9.9 | bad | - | bad | http | - | - | 9.9.9.9",
            })
    void tellsWhereARequestCameFrom(
            boolean edge,
            int hops,
            String peer,
            String xff,
            String proto,
            String xffAfter,
            String protoAfter,
            String external,
            String internal,
            String client) {
        // Given
        manager.useRemoteAddress = edge;
        manager.trustedHops = hops;
        manager.internal = List.of(new CidrRange("10.0.0.0", 8));
        HeaderMap head = HeaderMap.of(":method", "GET", ":path", "/");
        if (xff != null) {
            head.add(HeaderName.of("x-forwarded-for"), xff);
        }
        if (proto != null) {
            head.add(HeaderName.of("x-forwarded-proto"), proto);
        }

        // When
        var address = (InetSocketAddress) sanitize(head, peer);

        // Then
        assertThat(get(head, "x-forwarded-for")).isEqualTo(xffAfter);
        assertThat(get(head, "x-forwarded-proto")).isEqualTo(protoAfter);
        assertThat(get(head, ":scheme")).isEqualTo(protoAfter);
        assertThat(get(head, "x-envoy-external-address")).isEqualTo(external);
        assertThat(get(head, "x-envoy-internal")).isEqualTo(internal);
        assertThat(address.getAddress().getHostAddress()).isEqualTo(client);
    }

    @Test
    void saysTheSchemeThatIsToBeSaid() {
        // Given
        manager.schemeToOverwrite = "https";
        HeaderMap head = HeaderMap.of(":scheme", "http", "x-forwarded-proto", "http");

        // When
        sanitize(head, "9.9.9.9");

        // Then
        assertThat(get(head, ":scheme")).isEqualTo("https");
        assertThat(get(head, "x-forwarded-proto")).isEqualTo("https");
    }

    @Test
    void joinsSeveralForwardedForLines() {
        // Given
        manager.useRemoteAddress = true;
        HeaderMap head =
                HeaderMap.of("x-forwarded-for", "1.1.1.1", "a", "b", "x-forwarded-for", "2.2.2.2");

        // When
        sanitize(head, "9.9.9.9");

        // Then
        assertThat(get(head, "x-forwarded-for")).isEqualTo("1.1.1.1,2.2.2.2,9.9.9.9");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "edge     | x-envoy-attempt-count x-envoy-foo x-envoy-degraded x-client-trace-id",
                "external | x-envoy-attempt-count x-envoy-foo x-envoy-degraded x-client-trace-id"
                        + " x-envoy-original-path x-envoy-original-host x-envoy-decorator-operation"
                        + " x-envoy-downstream-service-cluster x-envoy-downstream-service-node"
                        + " x-envoy-external-address",
                "internal | x-envoy-attempt-count x-envoy-foo x-envoy-degraded x-client-trace-id"
                        + " x-envoy-original-path x-envoy-original-host x-envoy-decorator-operation"
                        + " x-envoy-downstream-service-cluster x-envoy-downstream-service-node"
                        + " x-envoy-external-address x-envoy-original-url x-envoy-retry-on"
                        + " x-envoy-max-retries x-envoy-upstream-rq-timeout-ms x-envoy-ip-tags"
                        + " x-envoy-force-trace x-envoy-retriable-status-codes",
            })
    void keepsOnlyWhatTheClientMaySend(String kind, String kept) {
        // Given
        manager.useRemoteAddress = kind.equals("edge");
        manager.internal = List.of(new CidrRange("10.0.0.0", 8));
        String[] names =
                """
                x-envoy-attempt-count x-envoy-foo x-envoy-degraded x-client-trace-id \
                x-envoy-original-path x-envoy-original-host x-envoy-decorator-operation \
                x-envoy-downstream-service-cluster x-envoy-downstream-service-node \
                x-envoy-external-address x-envoy-original-url x-envoy-retry-on \
                x-envoy-max-retries x-envoy-upstream-rq-timeout-ms x-envoy-ip-tags \
                x-envoy-force-trace x-envoy-retriable-status-codes x-envoy-internal \
                x-forwarded-client-cert keep-alive proxy-connection transfer-encoding connection \
                upgrade\
                """
                        .split(" ", -1);
        var head = new HeaderMap();
        for (String name : names) {
            head.add(HeaderName.of(name), "7");
        }
        if (kind.equals("internal")) {
            head.add(HeaderName.of("x-forwarded-for"), "10.1.2.3");
        }

        // When
        sanitize(head, "9.9.9.9");

        // Then
        String left =
                IntStream.range(0, head.size())
                        .filter(i -> head.valueIs(i, "7"))
                        .mapToObj(head::name)
                        .collect(Collectors.joining(" "));
        assertThat(left).isEqualTo(kept);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "true, false, mine, new",
                "true, true, mine, mine",
                "true, true, 01234567-89ab-9def-9123-456789abcdef, 01234567-89ab-4def-9123-456789abcdef",
                "false, false, 01234567-89ab-9def-9123-456789abcdef, 01234567-89ab-9def-9123-456789abcdef",
                "false, false, -, new",
                "true, true, -, new",
                "false, false, '', new",
            })
    void identifiesRequests(boolean edge, boolean preserve, String id, String after) {
        // Given
        manager.useRemoteAddress = edge;
        manager.preserveExternal = preserve;
        HeaderMap head = HeaderMap.of(":path", "/");
        if (id != null) {
            head.add(HeaderName.of("x-request-id"), id);
        }

        // When
        sanitize(head, "9.9.9.9");

        // Then
        String now = get(head, "x-request-id");
        if (after.equals("new")) {
            assertThat(now).matches(UUID4).isNotEqualTo(id);
        } else {
            assertThat(now).isEqualTo(after);
        }
    }

    @Test
    void joinsSeveralRequestIds() {
        // Given
        HeaderMap head = HeaderMap.of("x-request-id", "a", "x-request-id", "b");

        // When
        sanitize(head, "9.9.9.9");

        // Then
        assertThat(get(head, "x-request-id")).isEqualTo("a,b");
    }

    @Test
    void grpcClientsAreNotRedirected() {
        // Given
        manager.escapedSlashes = EscapedSlashes.UNESCAPE_AND_REDIRECT;
        var headers = requestHeaders();
        Peer peer = headers.peer(new FixedConnection("9.9.9.9"));
        HeaderMap plain = HeaderMap.of(":path", "/a%2fb");
        HeaderMap grpc = HeaderMap.of(":path", "/a%2fb", "content-type", "application/grpc");

        // When, Then
        assertThat(headers.normalize(plain, peer)).isEqualTo(Verdict.REDIRECT_PATH);
        assertThat(headers.normalize(grpc, peer)).isEqualTo(Verdict.REJECT_PATH);
    }

    @Test
    void requestIdsDiffer() {
        // Given
        var headers = requestHeaders();
        Peer peer = headers.peer(new FixedConnection("9.9.9.9"));

        // When
        long distinct =
                IntStream.range(0, 1000)
                        .mapToObj(_ -> {
                            HeaderMap head = HeaderMap.of(":path", "/");
                            headers.sanitize(head, peer);
                            return get(head, "x-request-id");
                        })
                        .distinct()
                        .count();

        // Then
        assertThat(distinct).isEqualTo(1000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "connection=x-foo, close;x-foo=1;x-bar=2 | x-bar=2",
                "connection=te;te=gzip, Trailers | te=trailers",
                "te=gzip;accept=a | accept=a",
                "te=trailers,gzip | te=trailers",
                "connection=x-forwarded-for;x-forwarded-for=1.1.1.1 | 400",
                "connection=X-Forwarded-Proto | 400",
                "connection=:path | 400",
                "connection=a,b,c,d,e,f,g,h,i,j | 400",
                "connection=a,b,c,d,e,f,g,h,i;i=1 | -",
                "connection=Upgrade, x-foo;upgrade=websocket;x-foo=1"
                        + " | connection=Upgrade, x-foo;upgrade=websocket;x-foo=1",
                "connection=upgrade;upgrade=websocket;transfer-encoding=chunked"
                        + " | connection=upgrade;upgrade=websocket",
            })
    void stopsHopByHopHeaders(String before, String after) {
        // Given
        manager.generateRequestId = false;
        HeaderMap head = HeaderMap.of(before.split("[=;]", -1));
        var headers = requestHeaders();
        Peer peer = headers.peer(new FixedConnection("9.9.9.9"));

        // When
        Verdict verdict = headers.normalize(head, peer);
        headers.sanitize(head, peer);

        // Then
        head.remove(HeaderName.of("x-forwarded-proto"));
        head.remove(HeaderName.SCHEME);
        String left =
                IntStream.range(0, head.size())
                        .mapToObj(i -> head.name(i) + "=" + head.value(i))
                        .collect(Collectors.joining(";"));
        if ("400".equals(after)) {
            assertThat(verdict).isEqualTo(Verdict.REJECT_CONNECTION_HEADER);
        } else {
            assertThat(left).isEqualTo(after == null ? "" : after);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "any, h.com:8080, h.com",
        "any, h.com:81, h.com",
        "any, [::1]:80, [::1]",
        "any, [::1], [::1]",
        "any, h.com:x, h.com:x",
        "any, h.com:, h.com:",
        "matching, h.com:8080, h.com",
        "matching, h.com:81, h.com:81",
        "dot, h.com., h.com",
        "dot, h.com.:80, h.com:80",
        "dot, h.com, h.com",
        "none, h.com.:8080, h.com.:8080",
    })
    void stripsTheHost(String what, String authority, String expected) {
        // Given
        manager.stripAnyPort = what.equals("any");
        manager.stripMatchingPort = what.equals("matching");
        manager.stripDot = what.equals("dot");
        HeaderMap head = HeaderMap.of(":authority", authority, ":path", "/");
        var headers = requestHeaders();

        // When
        headers.normalize(head, headers.peer(new FixedConnection("9.9.9.9")));

        // Then
        assertThat(get(head, ":authority")).isEqualTo(expected);
    }

    @Test
    void treatsUnderscores() {
        // Given
        manager.underscores = UnderscoreAction.DROP_HEADER;
        var dropping = requestHeaders();
        manager.underscores = UnderscoreAction.REJECT_REQUEST;
        var rejecting = requestHeaders();
        HeaderMap head = HeaderMap.of(":path", "/", "x_a", "1", "x-b", "2");
        Peer peer = dropping.peer(new FixedConnection("9.9.9.9"));

        // When, Then
        assertThat(rejecting.normalize(head, peer)).isEqualTo(Verdict.REJECT_UNDERSCORE);
        assertThat(dropping.normalize(head, peer)).isEqualTo(Verdict.CONTINUE);
        assertThat(head).hasToString(":path: /\nx-b: 2\n");
    }

    @Test
    void appendsVia() {
        // Given
        manager.via = "1.1 gate";
        HeaderMap fresh = HeaderMap.of(":path", "/");
        HeaderMap seen = HeaderMap.of("via", "1.0 fred");

        // When
        sanitize(fresh, "9.9.9.9");
        sanitize(seen, "9.9.9.9");

        // Then
        assertThat(get(fresh, "via")).isEqualTo("1.1 gate");
        assertThat(get(seen, "via")).isEqualTo("1.0 fred, 1.1 gate");
    }

    private RequestHeaders requestHeaders() {
        return new RequestHeaders(
                manager.build(), InetAddress.ofLiteral("192.0.2.2"), new SplittableRandom(7));
    }

    private java.net.SocketAddress sanitize(HeaderMap head, String peer) {
        var headers = requestHeaders();
        return headers.sanitize(head, headers.peer(new FixedConnection(peer)));
    }

    private static @Nullable String get(HeaderMap head, String name) {
        return head.get(HeaderName.of(name));
    }
}
