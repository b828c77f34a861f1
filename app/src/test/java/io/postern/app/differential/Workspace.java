package io.postern.app.differential;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where everything is.
 *
 * @param module the directory of the app module
 * @param out what is written goes there, inside it
 */
record Workspace(Path module, String out) {
    /** Surefire runs in the module; a developer may run from the root of the repository. */
    static Workspace find() {
        Path here = Path.of("").toAbsolutePath();
        return new Workspace(
                Files.isDirectory(here.resolve("src/test/resources/differential"))
                        ? here
                        : here.resolve("app"),
                System.getProperty("postern.differential.out", "target/differential"));
    }

    /** The same, with another place for what is written. */
    Workspace writingTo(String directory) {
        return new Workspace(module, directory);
    }

    Path resources() {
        return module.resolve("src/test/resources/differential");
    }

    Path template(String file) {
        return resources().resolve("configs").resolve(file);
    }

    boolean logsAccess(String config) throws IOException {
        return Files.readString(template(config + ".yaml")).contains("${ACCESS_LOG}");
    }

    Path plugins() {
        return module.resolve("src/test/resources/plugins");
    }

    Path posternPlugins() {
        return module.resolve("../filters/plugins").normalize();
    }

    Path target() throws IOException {
        return Files.createDirectories(module.resolve(out));
    }

    /**
     * The directory of one case file: the configurations and logs of both proxies stay for reading.
     */
    Path scratch(String file) throws IOException {
        return Files.createDirectories(target().resolve(file));
    }
}
