package io.postern.filters.builtin.cors;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.CorsSpec;
import io.postern.config.model.RouteMatch.Fraction;
import io.postern.config.model.StringMatcher;
import java.util.List;
import org.junit.jupiter.api.Test;

class CorsPolicyTest {
    private static final CorsSpec HOST =
            new CorsSpec(
                    new CorsSpec.Policy(
                            List.of(new StringMatcher.Exact("https://a", false)),
                            "GET",
                            "x-a",
                            "x-b",
                            "600",
                            true,
                            true,
                            false,
                            new Fraction(0, 100),
                            new Fraction(50, 100)));

    private static CorsSpec route(String methods) {
        return new CorsSpec(
                new CorsSpec.Policy(List.of(), methods, "", "", "", false, null, null, null, null));
    }

    @Test
    void whatARouteLeavesOutComesFromItsVirtualHostButNotWhetherItHolds() {
        assertThat(route("PUT").within(HOST))
                .isEqualTo(
                        new CorsSpec(
                                new CorsSpec.Policy(
                                        List.of(new StringMatcher.Exact("https://a", false)),
                                        "PUT",
                                        "x-a",
                                        "x-b",
                                        "600",
                                        false,
                                        true,
                                        false,
                                        null,
                                        null)));
    }

    @Test
    void withoutAPolicyAroundItARouteStaysAsItIs() {
        assertThat(route("PUT").within(new CorsSpec(null))).isEqualTo(route("PUT"));
    }
}
