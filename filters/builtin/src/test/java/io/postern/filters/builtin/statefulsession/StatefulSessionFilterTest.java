package io.postern.filters.builtin.statefulsession;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.NewCookie;
import io.postern.config.model.StatefulSessionSpec.State;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.testkit.FakeWorker;
import io.postern.sdk.testkit.FilterStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatefulSessionFilterTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_000_000);
    private static final String A = "10.0.0.1:80";
    private static final String B = "10.0.0.2:80";

    @Test
    void aNewSessionGetsACookieThatLeadsBack() {
        // Given
        FilterStream first = stream(cookie("/", 60), NOW);
        first.request(FilterStream.get("/x"), true);
        // When
        String given = answered(first, A, "set-cookie");
        // Then
        assertThat(first.overrideHost).isEmpty();
        assertThat(given)
                .startsWith("sid=\"")
                .endsWith("; Max-Age=60; Path=/; SameSite=Lax; HttpOnly");
        // When
        String sent = given.substring(0, given.indexOf(';'));
        FilterStream second = stream(cookie("/", 60), NOW.plusSeconds(60));
        second.request(FilterStream.get("/x", "cookie", "other=1; " + sent), true);
        FilterStream late = stream(cookie("/", 60), NOW.plusSeconds(61));
        late.request(FilterStream.get("/x", "cookie", sent), true);
        // Then
        assertThat(second.overrideHost).isEqualTo(A);
        assertThat(second.overrideStrict).isTrue();
        assertThat(answered(second, A, "set-cookie")).isEmpty();
        assertThat(answered(second, B, "set-cookie")).isNotEmpty();
        assertThat(late.overrideHost).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "CgsxMC4wLjAuMTo4MA==, 10.0.0.1:80", // as Envoy writes it, without a lifetime
        "MTI3LjAuMC4xOjgwODA=, 127.0.0.1:8080", // and as it did before
        "not base 64!, ''",
        "'', ''",
    })
    void readsWhatEnvoyWrites(String value, String host) {
        // Given
        FilterStream stream = stream(cookie("", 0), NOW);
        // When
        stream.request(FilterStream.get("/", "cookie", "sid=\"" + value + '"'), true);
        // Then
        assertThat(stream.overrideHost).isEqualTo(host);
    }

    @ParameterizedTest
    @CsvSource({
        "'', /any, true",
        "/, /any, true",
        "/shop, /shop, true",
        "/shop, /shop/cart, true",
        "/shop, /shop?q=1, true",
        "/shop, /shopping, false",
        "/shop/, /shop/cart, true",
        "/shop/, /shop, false",
    })
    void onlyRequestsBelowTheCookiesPathHaveASession(String below, String path, boolean has) {
        // Given
        FilterStream stream = stream(cookie(below, 0), NOW);
        // When
        stream.request(FilterStream.get(path), true);
        // Then
        assertThat(answered(stream, A, "set-cookie").isEmpty()).isNotEqualTo(has);
    }

    @Test
    void aHeaderHoldsTheHostInBothDirections() {
        // Given
        var state = new State.InHeader(HeaderName.of("x-host"));
        String ofA = Base64.getEncoder().encodeToString(A.getBytes(StandardCharsets.US_ASCII));
        FilterStream stream = stream(state, NOW);
        // When
        stream.request(FilterStream.get("/", "x-host", ofA), true);
        // Then
        assertThat(stream.overrideHost).isEqualTo(A);
        assertThat(answered(stream, A, "x-host")).isEmpty();
        assertThat(answered(stream, B, "x-host")).isEqualTo("MTAuMC4wLjI6ODA=");
    }

    @Test
    void anAnswerOfNoHostTellsNothing() {
        // Given
        FilterStream stream = stream(cookie("", 0), NOW);
        stream.request(FilterStream.get("/"), true);
        // When, Then
        assertThat(answered(stream, "", "set-cookie")).isEmpty();
    }

    private static State cookie(String path, int seconds) {
        return new State.InCookie(
                new NewCookie("sid", Duration.ofSeconds(seconds), path, List.of("SameSite=Lax")));
    }

    private static FilterStream stream(State state, Instant now) {
        var session = SessionState.of(state, Clock.fixed(now, ZoneOffset.UTC));
        return new FilterStream(
                new FakeWorker(), callbacks -> new StatefulSessionFilter(session, true, callbacks));
    }

    /** The value of a header of an answer from {@code host}; empty: it has none. */
    private static String answered(FilterStream stream, String host, String header) {
        var head = HeaderMap.of(":status", "200");
        stream.streamInfo().upstreamHost = host;
        stream.response(head, true);
        String value = head.get(HeaderName.of(header));
        return value == null ? "" : value;
    }
}
