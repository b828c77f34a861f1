package io.postern.core.headers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictPathTest {
    private static boolean isPlain(String path) {
        byte[] octets = path.getBytes(StandardCharsets.ISO_8859_1);
        return StrictPath.isPlain(octets, 0, octets.length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/a",
                "/a/",
                "/a/b.c",
                "/.well-known/x",
                "/...",
                "/a..b",
                "/a.",
                "/~a:b@c,d=e",
                "/a%20b",
                "/caf%c3%a9",
                "/%E2%82%AC",
                "/%F0%9F%98%80",
                "/%41",
                "/a+b&c'(d)*!$"
            })
    void servesPathsWithOneReading(String path) {
        assertThat(isPlain(path)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//",
                "//a",
                "/a//b",
                "/a<b",
                "/a[b]",
                "/a{b}",
                "/a|b",
                "/a^b`",
                "/%ef%bc%8fadmin",
                "/%EF%BC%8E%EF%BC%8E/admin",
                "/%e2%80%a5/admin",
                "/a%e2%88%95b",
                "/.",
                "/..",
                "/a/./b",
                "/a/../b",
                "/a/..",
                "/a/.",
                "/a\\b",
                "/a;b",
                "/a/..;/b",
                "/%2e%2e/a",
                "/a%2Eb",
                "/a%2fb",
                "/a%5Cb",
                "/a%252e",
                "/a%3bb",
                "/a%3fb",
                "/a%23b",
                "/a%00",
                "/a%0d%0ab",
                "/a%09",
                "/a%7f",
                "/a%",
                "/a%2",
                "/a%zz",
                "/%u002e",
                "/%c0%ae",
                "/%c1%81",
                "/%e0%80%af",
                "/%ed%a0%80",
                "/%f0%80%80%af",
                "/%f5%80%80%80",
                "/%80",
                "/%c3",
                "/%c3a",
                "/%e2%82"
            })
    void refusesPathsWithTwoReadings(String path) {
        assertThat(isPlain(path)).isFalse();
    }
}
