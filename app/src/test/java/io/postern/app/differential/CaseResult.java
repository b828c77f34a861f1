package io.postern.app.differential;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of one case.
 *
 * @param differences those that nobody accepted
 * @param accepted those that an entry of the accepted list covers
 * @param failure why the case could not be run, or null
 * @param secondTry the case differed at first and agreed when it was sent again
 */
record CaseResult(
        Case of,
        @Nullable Observation reference,
        @Nullable Observation subject,
        List<Difference> differences,
        List<Difference> accepted,
        @Nullable String failure,
        boolean secondTry) {
    CaseResult {
        differences = List.copyOf(differences);
        accepted = List.copyOf(accepted);
    }

    static CaseResult failed(Case of, String why) {
        return new CaseResult(of, null, null, List.of(), List.of(), why, false);
    }

    /** The same, told to have needed a second try. */
    CaseResult onSecondTry() {
        return new CaseResult(of, reference, subject, differences, accepted, failure, true);
    }

    boolean agrees() {
        return failure == null && differences.isEmpty();
    }
}
