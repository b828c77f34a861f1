package io.postern.xds.resources;

/** Where plugins come from. Blocking: for control threads. */
public interface PluginSource {
    /** Fetches it; what goes wrong is a value. */
    Fetched fetch(PluginReference reference);

    /** What came of it. */
    sealed interface Fetched {}

    /**
     * It is there and is what was asked for.
     *
     * @param sha256 of {@code bytes}, lower-case hex
     * @param bytes the module itself, whatever it was packed in; handed over, not changed again
     */
    record Code(String sha256, byte[] bytes) implements Fetched {}

    /**
     * It is not.
     *
     * @param step {@code resolve}, {@code download}, {@code digest}, {@code signature}
     * @param problem what is wrong
     * @param cure what would probably help; may be empty
     */
    record Failed(String step, String problem, String cure) implements Fetched {}
}
