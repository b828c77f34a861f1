package io.postern.xds.resources;

import java.util.List;

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
     * @param names what a document may call it by in {@code sha256}: of an artifact also the
     *     digests of its manifest and its index, which its source has compared
     * @param remark what its document's owner should know; may be empty
     */
    record Code(String sha256, byte[] bytes, List<String> names, String remark) implements Fetched {
        public Code {
            names = List.copyOf(names);
        }

        /** What comes in no artifact. */
        public Code(String sha256, byte[] bytes) {
            this(sha256, bytes, List.of(sha256), "");
        }
    }

    /**
     * It was there before, and what it is now cannot be used.
     *
     * @param code of before
     */
    record Stale(Code code, Failed why) implements Fetched {}

    /**
     * It is not.
     *
     * @param step {@code resolve}, {@code download}, {@code digest}, {@code signature}
     * @param problem what is wrong
     * @param cure what would probably help; may be empty
     */
    record Failed(String step, String problem, String cure) implements Fetched {}
}
