package io.postern.core.route;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import io.postern.config.model.HashPolicy;
import io.postern.core.upstream.balance.XxHash64;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestHashTest {
    private static final InetSocketAddress CLIENT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 1234);
    private static final HashPolicy USER = header("x-user", false);

    private static HashPolicy header(String name, boolean terminal) {
        return new HashPolicy.Header(HeaderName.of(name), null, "", terminal);
    }

    private static RequestHash hash(HeaderMap head, HashPolicy... policies) {
        return new RequestHash(
                List.of(policies), head, new RequestHash.Peers(CLIENT, CLIENT, CLIENT));
    }

    private static long of(String text) {
        return XxHash64.of(text.getBytes(UTF_8));
    }

    @Test
    void aRequestWithoutTheHeaderHasNoHash() {
        assertThat(hash(HeaderMap.of("x-other", "a"), USER).isPresent()).isFalse();
    }

    @Test
    void theOrderOfValuesDoesNotCount() {
        RequestHash one = hash(HeaderMap.of("x-user", "b", "x-user", "a"), USER);
        assertThat(one.value()).isEqualTo(XxHash64.of("b".getBytes(UTF_8), 0, 1, of("a")));
        assertThat(hash(HeaderMap.of("x-user", "a", "x-user", "b"), USER).value())
                .isEqualTo(one.value());
    }

    @Test
    void severalPoliciesAreCombinedAndATerminalOneEndsThem() {
        // Given
        HeaderMap head = HeaderMap.of("x-user", "a", ":path", "/?q=c");
        HashPolicy query = new HashPolicy.QueryParameter("q", false);

        // Then
        assertThat(hash(head, USER, query).value())
                .isEqualTo(Long.rotateLeft(of("a"), 1) ^ of("c"));
        assertThat(hash(head, header("x-user", true), query).value()).isEqualTo(of("a"));
        assertThat(hash(head, header("x-none", true), query).value()).isEqualTo(of("c"));
    }

    @Test
    void aRewriteSaysWhatOfAHeaderIsHashed() {
        var policy =
                new HashPolicy.Header(
                        HeaderName.of("x-user"), Pattern.compile("^(\\w)\\w*"), "\\1", false);
        assertThat(hash(HeaderMap.of("x-user", "alice"), policy).value()).isEqualTo(of("a"));
    }

    @Test
    void theClientsAddressIsHashedWithoutItsPort() {
        assertThat(hash(HeaderMap.of(), new HashPolicy.SourceIp(false)).value())
                .isEqualTo(of("127.0.0.1"));
    }

    @Test
    void aCookieIsMadeOnceForAClientThatHasNone() {
        // Given
        var policy =
                new HashPolicy.Cookie(
                        "user", Duration.ofHours(1), "/a", List.of("SameSite=Lax"), false);

        // When
        RequestHash made = hash(HeaderMap.of(), policy);
        HeaderMap response = HeaderMap.of(":status", "200");
        made.addCookies(response);
        RequestHash again = hash(HeaderMap.of(), policy);

        // Then
        assertThat(response.get(HeaderName.of("set-cookie")))
                .matches("user=\"[0-9a-f]{16}\"; Max-Age=3600; Path=/a; SameSite=Lax; HttpOnly");
        assertThat(again.value()).isEqualTo(made.value());
        assertThat(hash(HeaderMap.of("cookie", "x=y; user=\"bob\""), policy).value())
                .isEqualTo(of("bob"));
    }
}
