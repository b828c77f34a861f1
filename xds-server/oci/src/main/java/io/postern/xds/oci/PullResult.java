package io.postern.xds.oci;

/** The end of a pull. */
public sealed interface PullResult {
    /** It is there. */
    record Done(Pulled pulled) implements PullResult {}

    /** It is not, and why. */
    record Failed(OciFailure failure) implements PullResult {}
}
