package io.postern.app;

/** The version of this build, from the jar's manifest. */
final class Version {
    private Version() {}

    /** {@code 0.1.0} for example; {@code dev} outside a jar. */
    static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }

    /** What {@code --version} prints. */
    static String line() {
        return "postern " + text() + " (Envoy v3 API; Java " + Runtime.version() + ")";
    }
}
