package io.postern.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControlThreadTest {
    private final ControlThread control =
            new ControlThread(
                    new Log(new PrintStream(OutputStream.nullOutputStream()), Log.Level.INFO));
    private final List<String> done = Collections.synchronizedList(new ArrayList<>());

    @Test
    void itEndsWithTheLastTaskWhenAllBeforeItHaveRun() {
        // Given
        control.execute(() -> done.add("first"));
        control.execute(() -> {
            throw new IllegalStateException("a bug");
        });
        var _ = control.schedule(Duration.ofHours(1), () -> done.add("in an hour"));
        // When
        control.closeAfter(() -> done.add("last"));
        control.execute(() -> done.add("too late"));
        control.closeAfter(() -> done.add("again"));
        // Then
        assertThat(done).containsExactly("first", "last");
    }
}
