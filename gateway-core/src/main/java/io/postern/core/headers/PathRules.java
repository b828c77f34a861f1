package io.postern.core.headers;

import io.postern.config.model.HttpConnectionManager.EscapedSlashes;
import io.postern.config.model.HttpConnectionManager.PathNormalization;
import io.postern.core.format.OctetBuffer;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.util.Arrays;

/**
 * What a connection manager does to paths before anything looks at them: escaped slashes, then
 * normalisation, then merged slashes. Confined to one event loop: it has a scratch buffer.
 */
final class PathRules {
    private final PathNormalization rules;
    private final boolean plainOnly;
    private final OctetBuffer scratch = new OctetBuffer();

    PathRules(PathNormalization rules, boolean plainOnly) {
        this.rules = rules;
        this.plainOnly = plainOnly;
    }

    Verdict apply(HeaderMap head) {
        int index = head.indexOf(HeaderName.PATH);
        if (index < 0 || head.valueLength(index) == 0) {
            return Verdict.CONTINUE; // CONNECT
        }
        if (head.octets()[head.valueStart(index)] != '/') {
            return isAsteriskForm(head, index) ? Verdict.CONTINUE : Verdict.REJECT_ABSOLUTE_PATH;
        }
        if (indexOf('#', head, index, head.valueLength(index)) < head.valueLength(index)) {
            return Verdict.REJECT_PATH;
        }
        if (plainOnly) {
            int start = head.valueStart(index);
            if (!StrictPath.isPlain(head.octets(), start, start + pathLength(head, index))) {
                return Verdict.REJECT_AMBIGUOUS_PATH;
            }
        }
        Verdict verdict = unescapeSlashes(head, index);
        if (verdict == Verdict.REJECT_PATH || (rules.normalizePath() && !normalize(head, index))) {
            return Verdict.REJECT_PATH;
        }
        if (rules.mergeSlashes()) {
            mergeSlashes(head, index);
        }
        return verdict;
    }

    private static boolean isAsteriskForm(HeaderMap head, int index) {
        int method = head.indexOf(HeaderName.METHOD);
        return head.valueIs(index, "*") && method >= 0 && head.valueIs(method, "OPTIONS");
    }

    private Verdict unescapeSlashes(HeaderMap head, int index) {
        if (rules.escapedSlashes() == EscapedSlashes.KEEP_UNCHANGED) {
            return Verdict.CONTINUE;
        }
        byte[] octets = head.octets();
        int start = head.valueStart(index);
        int path = pathLength(head, index);
        scratch.clear();
        for (int i = start; i < start + path; i++) {
            int slash = i + 2 < start + path ? escapedSlash(octets, i) : -1;
            scratch.append(slash < 0 ? octets[i] : slash);
            i += slash < 0 ? 0 : 2;
        }
        if (scratch.length() == path) {
            return Verdict.CONTINUE;
        }
        replacePath(head, index, path);
        return switch (rules.escapedSlashes()) {
            case KEEP_UNCHANGED, UNESCAPE_AND_FORWARD -> Verdict.CONTINUE;
            case REJECT_REQUEST -> Verdict.REJECT_PATH;
            case UNESCAPE_AND_REDIRECT -> Verdict.REDIRECT_PATH;
        };
    }

    private static int escapedSlash(byte[] octets, int at) {
        if (octets[at] != '%') {
            return -1;
        }
        int low = octets[at + 2] | 0x20;
        return octets[at + 1] == '2' && low == 'f'
                ? '/'
                : octets[at + 1] == '5' && low == 'c' ? '\\' : -1;
    }

    private boolean normalize(HeaderMap head, int index) {
        int path = pathLength(head, index);
        if (PathCanonicalizer.isCanonical(head.octets(), head.valueStart(index), path)) {
            return true;
        }
        scratch.clear();
        if (!PathCanonicalizer.write(head.octets(), head.valueStart(index), path, scratch)) {
            return false;
        }
        replacePath(head, index, path);
        return true;
    }

    private void mergeSlashes(HeaderMap head, int index) {
        byte[] octets = head.octets();
        int start = head.valueStart(index);
        int path = pathLength(head, index);
        boolean any = false;
        for (int i = start + 1; i < start + path && !any; i++) {
            any = octets[i] == '/' && octets[i - 1] == '/';
        }
        if (!any) {
            return;
        }
        scratch.clear();
        scratch.append('/');
        for (int i = start; i < start + path; i++) {
            boolean repeated = octets[i] == '/' && last() == '/';
            if (!repeated) {
                scratch.append(octets[i]);
            }
        }
        if (scratch.length() == 1) {
            scratch.append('/'); // only slashes leave the first and the last, as in Envoy
        }
        replacePath(head, index, path);
    }

    private byte last() {
        return scratch.array()[scratch.length() - 1];
    }

    /** The scratch buffer is the new path; the query stays. */
    private void replacePath(HeaderMap head, int index, int oldPath) {
        int start = head.valueStart(index);
        scratch.append(head.octets(), start + oldPath, head.valueLength(index) - oldPath);
        boolean same =
                Arrays.equals(
                        head.octets(),
                        start,
                        start + head.valueLength(index),
                        scratch.array(),
                        0,
                        scratch.length());
        if (!same) {
            head.setValue(index, scratch.array(), 0, scratch.length());
        }
    }

    private static int pathLength(HeaderMap head, int index) {
        return indexOf('?', head, index, head.valueLength(index));
    }

    private static int indexOf(char wanted, HeaderMap head, int index, int length) {
        int start = head.valueStart(index);
        int at = 0;
        while (at < length && head.octets()[start + at] != wanted) {
            at++;
        }
        return at;
    }
}
