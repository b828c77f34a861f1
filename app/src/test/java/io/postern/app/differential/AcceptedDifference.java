package io.postern.app.differential;

import java.util.regex.Pattern;

/**
 * An entry of {@code differential/accepted.yaml}: a difference that is wanted, and why.
 *
 * @param casePattern a glob over the case's name, {@code *} stands for anything
 * @param fieldPattern a glob over {@link Difference#field}
 */
record AcceptedDifference(String casePattern, String fieldPattern, String reason) {
    boolean covers(Case of, Difference difference) {
        return glob(casePattern).matcher(of.name()).matches()
                && glob(fieldPattern).matcher(difference.field()).matches();
    }

    boolean mayCover(Case of) {
        return glob(casePattern).matcher(of.name()).matches();
    }

    static Pattern glob(String pattern) {
        return Pattern.compile("\\Q" + pattern.replace("*", "\\E.*\\Q") + "\\E", Pattern.DOTALL);
    }
}
