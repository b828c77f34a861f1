package io.postern.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class TurnsTest {
    private static final int NICE_FIELD = 16;

    @Test
    @EnabledOnOs(OS.LINUX)
    void theThreadThatAsksGoesAfterTheOthersAndNobodyElse() throws Exception {
        // Given
        int before = niceness();
        // When
        var asked =
                new FutureTask<>(() -> {
                    boolean agreed = new Turns(5, Duration.ofNanos(100_000)).takeHere();
                    return agreed ? niceness() : -1;
                });
        Thread.ofPlatform().start(asked);
        // Then
        assertThat(asked.get()).isEqualTo(5);
        assertThat(niceness()).isEqualTo(before);
    }

    /** Of the current thread, as the kernel tells it: the fields after the name in brackets. */
    private static int niceness() throws IOException {
        String stat = Files.readString(Path.of("/proc/thread-self/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Integer.parseInt(fields[NICE_FIELD]);
    }
}
