package io.postern.xds.oci;

/** Carries a failure to the end of the step that it ends; {@link Puller} turns it into a value. */
public final class OciException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient OciFailure failure;

    public OciException(Step step, String what, String cure) {
        this(new OciFailure(step, what, cure));
    }

    public OciException(Step step, String what, String cure, Throwable cause) {
        super(new OciFailure(step, what, cure).message(), cause);
        this.failure = new OciFailure(step, what, cure);
    }

    public OciException(OciFailure failure) {
        super(failure.message());
        this.failure = failure;
    }

    /** What it carries. */
    public OciFailure failure() {
        return failure;
    }
}
