package io.postern.app.controlplane;

import java.io.IOException;
import java.nio.file.Path;

/** Where what was published is kept when nobody says where. */
final class StateDirectory {
    private StateDirectory() {}

    /** One for each folder of documents. */
    static Path of(Path resources) throws IOException {
        String state = System.getenv("XDG_STATE_HOME");
        Path base =
                state == null || state.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".local", "state")
                        : Path.of(state);
        Path real = resources.toRealPath();
        String name = real.toString().replaceAll("[^A-Za-z0-9.-]", "_");
        return base.resolve("postern")
                .resolve("control-plane")
                .resolve(name + "-" + Integer.toHexString(real.toString().hashCode()));
    }
}
