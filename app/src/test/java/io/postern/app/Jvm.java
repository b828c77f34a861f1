package io.postern.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Programs of this build in processes of their own, before anything is packaged. */
public final class Jvm {
    private Jvm() {}

    /** A main class on the class path of this JVM, with the flags of {@code bin/postern}. */
    public static List<String> command(String mainClass, String... words) {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home", ""), "bin", "java")
                                        .toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-XX:-DontCompileHugeMethods",
                                "-XX:-ClipInlining",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx256m",
                                "-cp",
                                System.getProperty("java.class.path", ""),
                                mainClass));
        command.addAll(List.of(words));
        return command;
    }
}
