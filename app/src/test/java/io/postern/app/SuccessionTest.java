package io.postern.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.app.cli.Arguments;
import io.postern.app.cli.UsageException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which process follows which, by flags. */
class SuccessionTest {
    private static final String ALONE = "--base-id=" + ProcessHandle.current().pid();

    @Test
    void aFirstProcessTakesNothingAndCanBeFollowed() {
        Succession first = of(ALONE);
        assertThat(first.predecessors()).isEmpty();
        assertThat(first.parent()).isNull();
        assertThat(first.self())
                .hasToString(
                        "process %d (base id %<d, restart epoch 0)"
                                .formatted(ProcessHandle.current().pid()));
    }

    @Test
    void aNextProcessNeedsTheOneBeforeUnlessItIsToldToDoWithout() {
        assertThatThrownBy(() -> of(ALONE, "--restart-epoch=3"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("--restart-epoch 3: no process with")
                .hasMessageContaining("--restart-epoch 2");
        Succession alone = of(ALONE, "--restart-epoch=3", "--skip-hot-restart-on-no-parent");
        assertThat(alone.parent()).isNull();
    }

    @Test
    void whoIsToldSoNeitherTakesNorGives() {
        assertThat(of("--disable-hot-restart", "--restart-epoch=3")).isEqualTo(Succession.NONE);
    }

    private static Succession of(String... words) {
        return Succession.of(new EnvoyFlags(Arguments.parse(EnvoyFlags.all(), List.of(words))));
    }
}
