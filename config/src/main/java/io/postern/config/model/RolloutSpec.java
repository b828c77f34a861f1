package io.postern.config.model;

/**
 * Two versions of one filter, of which each exchange meets one.
 *
 * <p>Source: {@code postern.filters.http.rollout.v1.Rollout}.
 *
 * @param name in statistics, reports and logs
 * @param seed exchanges are chosen alike wherever it is the same
 * @param share of 10,000 exchanges, how many are the candidate's
 * @param hashOn what an exchange is known by
 * @param bound when the candidate is left at once
 */
public record RolloutSpec(
        String name,
        String seed,
        Version lastGood,
        Version candidate,
        int share,
        Mode mode,
        HashOn hashOn,
        FailureBound bound)
        implements FilterSpec {
    /** Its message. */
    public static final String TYPE = "postern.filters.http.rollout.v1.Rollout";

    /** All exchanges. */
    public static final int WHOLE = 10_000;

    @Override
    public String typeName() {
        return TYPE;
    }

    /**
     * One version.
     *
     * @param name a digest or a tag
     */
    public record Version(String name, FilterSpec spec) {}

    /** What the candidate is there for. */
    public enum Mode {
        /** It serves its share. */
        CANARY,
        /** It gets copies, and what it does is thrown away. */
        SHADOW
    }

    /** What an exchange is known by. */
    public sealed interface HashOn {
        /** The first value of a request header; without it, the request id. */
        record Header(String name) implements HashOn {}

        /** The client's address. */
        record SourceAddress() implements HashOn {}

        /** The request id. */
        record RequestId() implements HashOn {}
    }

    /**
     * How many failures are too many: more than {@code failures}, and more than {@code share} of
     * 10,000 exchanges.
     */
    public record FailureBound(int failures, int share) {
        /** Where nothing is said. */
        public static final FailureBound DEFAULT = new FailureBound(3, 100);
    }
}
