package io.postern.xds.oci;

/**
 * Why something could not be had. Immutable.
 *
 * @param step where it failed
 * @param what one sentence without a full stop, naming what was met and what was expected
 * @param cure what to do; may be empty
 */
public record OciFailure(Step step, String what, String cure) {
    /** One line. */
    public String message() {
        return step.word() + ": " + what + (cure.isEmpty() ? "" : " (" + cure + ")");
    }

    /** The same, said of something larger: {@code registry/repository} for example. */
    public OciFailure of(String subject) {
        return what.startsWith(subject) ? this : new OciFailure(step, subject + ": " + what, cure);
    }
}
