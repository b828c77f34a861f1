package io.postern.xds.resources.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostnamesTest {
    @ParameterizedTest
    @CsvSource({
        "'', a.example.com, a.example.com",
        "a.example.com, a.example.com, a.example.com",
        "a.example.com, b.example.com, ''",
        "*.example.com, a.example.com, a.example.com",
        "*.example.com, a.b.example.com, a.b.example.com",
        "*.example.com, example.com, ''",
        "*.example.com, badexample.com, ''",
        "a.example.com, *.example.com, a.example.com",
        "*.example.com, *.a.example.com, *.a.example.com",
        "*.a.example.com, *.example.com, *.a.example.com",
        "*.example.com, *.example.org, ''",
    })
    void theHostsOfARouteOnAListenerAreThoseOfBoth(String listener, String route, String expected) {
        // When
        var hosts = Hostnames.intersect(listener, List.of(route));

        // Then
        assertThat(String.join(",", hosts)).isEqualTo(expected);
    }

    @Test
    void aRouteWithoutHostsHasThoseOfItsListener() {
        assertThat(Hostnames.intersect("*.example.com", List.of()))
                .containsExactly("*.example.com");
    }

    @ParameterizedTest
    @CsvSource({
        "a.example.com, a.example.com",
        "b.example.com, *.example.com",
        "*.example.com, *.example.com",
        "c.b.example.com, *.b.example.com",
        "example.org, ''",
    })
    void aHostBelongsToTheMostSpecificName(String host, String expected) {
        // Given
        var names = List.of("", "*.example.com", "a.example.com", "*.b.example.com");

        // When
        var owner = Hostnames.owner(host, names);

        // Then
        assertThat(owner).isEqualTo(expected);
    }
}
