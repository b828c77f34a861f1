package io.postern.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompileCommandsTest {
    private static final Path COMMANDS = Path.of("../bin/compile-commands");
    private static final String STEP = "dontinline,io.";

    @Test
    void nameMethodsThatThereAre() throws IOException {
        // Given
        List<String> steps =
                Files.readAllLines(COMMANDS).stream()
                        .filter(line -> line.startsWith(STEP))
                        .map(line -> line.substring(line.indexOf(',') + 1))
                        .toList();
        // Then
        assertThat(steps)
                .isNotEmpty()
                .doesNotHaveDuplicates()
                .allMatch(CompileCommandsTest::isThere);
    }

    private static boolean isThere(String step) {
        String[] parts = step.split("::", -1);
        try {
            Class<?> of =
                    Class.forName(parts[0], false, CompileCommandsTest.class.getClassLoader());
            return Arrays.stream(of.getDeclaredMethods())
                    .map(Method::getName)
                    .anyMatch(parts[1]::equals);
        } catch (ClassNotFoundException _) {
            return false;
        }
    }
}
