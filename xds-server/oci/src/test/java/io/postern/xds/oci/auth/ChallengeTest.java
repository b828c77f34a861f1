package io.postern.xds.oci.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** RFC 9110 section 11.6.1. */
class ChallengeTest {
    @Test
    void parametersAreReadQuotedOrNot() {
        assertThat(
                        Challenge.parse(
                                List.of(
                                        "Bearer realm=\"https://a/token?x=1,2\",Service=reg , scope=\"a\\\"b\"")))
                .containsExactly(
                        new Challenge(
                                "bearer",
                                Map.of(
                                        "realm",
                                        "https://a/token?x=1,2",
                                        "service",
                                        "reg",
                                        "scope",
                                        "a\"b")));
    }

    @Test
    void severalChallengesMayBeInOneValueOrMore() {
        assertThat(
                        Challenge.parse(
                                List.of(
                                        "Negotiate, Basic realm=\"x\", charset=\"UTF-8\"",
                                        "Bearer realm=y")))
                .extracting(Challenge::scheme)
                .containsExactly("negotiate", "basic", "bearer");
    }

    @Test
    void whatIsMalformedEndsWithoutHarm() {
        assertThat(Challenge.parse(List.of("", ",,", "=", "\"", "Bearer realm=\"open")))
                .extracting(challenge -> challenge.get("realm"))
                .containsExactly("open");
    }
}
