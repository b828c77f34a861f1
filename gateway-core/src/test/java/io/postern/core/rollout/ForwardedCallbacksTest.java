package io.postern.core.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.sdk.FilterCallbacks;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ForwardedCallbacksTest {
    static Stream<Method> asked() {
        return Arrays.stream(FilterCallbacks.class.getMethods());
    }

    /** A method with a default would be lost silently. */
    @ParameterizedTest
    @MethodSource("asked")
    void everythingThatAFilterCanAskForIsPassedOn(Method asked) {
        List<String> own =
                Arrays.stream(ForwardedCallbacks.class.getDeclaredMethods())
                        .map(Method::getName)
                        .toList();
        assertThat(own).contains(asked.getName());
    }
}
