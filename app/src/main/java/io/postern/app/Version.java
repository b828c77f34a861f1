package io.postern.app;

import picocli.CommandLine.IVersionProvider;

/** The version of this build, from the jar's manifest. */
public final class Version implements IVersionProvider {
    /** {@code 0.1.0} for example; {@code dev} outside a jar. */
    public static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {
            "postern " + text() + " (Envoy v3 API; Java " + Runtime.version() + ")"
        };
    }
}
