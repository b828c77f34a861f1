package io.postern.xds.server.content;

/** Versions of what is not a resource. */
public final class Versions {
    private Versions() {}

    /** The version of a text. */
    public static String of(String text) {
        return new Hash().add(text).text();
    }
}
