package io.postern.app.differential;

import io.postern.app.Jvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a proxy is started.
 *
 * @param name shown in reports: {@code envoy} or {@code postern}
 * @param command without the configuration, which is appended as {@code -c FILE}
 * @param delivery how the configuration comes to it
 */
record Launcher(String name, List<String> command, Delivery delivery) {
    Launcher {
        command = List.copyOf(command);
    }

    /** What a proxy is started with. */
    interface Delivery {
        /** The whole configuration. */
        Delivery AS_A_FILE = config -> config;

        /** What it is started with, so that it gets {@code config}. */
        String bootstrap(String config) throws IOException;
    }

    Launcher(String name, List<String> command) {
        this(name, command, Delivery.AS_A_FILE);
    }

    Launcher with(Delivery other) {
        return new Launcher(name, command, other);
    }

    static Launcher envoy(String name, Path binary) {
        return new Launcher(
                name,
                List.of(
                        binary.toString(),
                        "--concurrency",
                        "1",
                        "--disable-hot-restart",
                        "--log-level",
                        "warning"));
    }

    /** Through the script of the distribution, as a user does it. */
    static Launcher script(Path script) {
        return new Launcher("postern", List.of(script.toString(), "run", "--concurrency", "1"));
    }

    /** On the class path of this JVM: what the build's tests use, before anything is packaged. */
    static Launcher classPath(String mainClass) {
        return new Launcher("postern", Jvm.command(mainClass, "run", "--concurrency", "1"));
    }

    /** Also logs what this option of {@code --component-log-level} says; the log has its name. */
    Launcher logging(String componentLevel) {
        List<String> whole = new ArrayList<>(command);
        whole.add("--component-log-level");
        whole.add(componentLevel);
        return new Launcher(name + "-" + componentLevel.replace(':', '-'), whole);
    }

    List<String> with(Path config) {
        List<String> whole = new ArrayList<>(command);
        whole.add("-c");
        whole.add(config.toString());
        return whole;
    }
}
