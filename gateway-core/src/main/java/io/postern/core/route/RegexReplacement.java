package io.postern.core.route;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.postern.core.format.OctetBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * RE2's GlobalReplace: every match is replaced, {@code \0} to {@code \9} stand for groups and
 * {@code \\} for a backslash. Thread-safe: immutable.
 */
public final class RegexReplacement {
    private final Pattern pattern;
    private final byte[] substitution;

    private RegexReplacement(Pattern pattern, byte[] substitution) {
        this.pattern = pattern;
        this.substitution = substitution;
    }

    /** Prepares a replacement. */
    public static RegexReplacement of(Pattern pattern, String substitution) {
        return new RegexReplacement(pattern, substitution.getBytes(StandardCharsets.UTF_8));
    }

    /** Appends the octets with every match replaced. */
    public void replaceAll(byte[] octets, int start, int length, OctetBuffer out) {
        byte[] text = Arrays.copyOfRange(octets, start, start + length);
        Matcher matcher = pattern.matcher(text);
        int done = 0;
        int last = -1;
        while (matcher.find()) {
            if (matcher.end() == last) {
                continue; // RE2 allows no empty match right after another one
            }
            last = matcher.end();
            out.append(text, done, matcher.start() - done);
            substitute(text, matcher, out);
            done = matcher.end();
        }
        out.append(text, done, length - done);
    }

    private void substitute(byte[] text, Matcher matcher, OctetBuffer out) {
        for (int i = 0; i < substitution.length; i++) {
            byte octet = substitution[i];
            boolean escape = octet == '\\' && i + 1 < substitution.length;
            if (!escape) {
                out.append(octet);
                continue;
            }
            byte escaped = substitution[++i];
            int group = escaped - '0';
            if (group < 0 || group > 9) {
                out.append(escaped);
            } else if (group <= matcher.groupCount() && matcher.start(group) >= 0) {
                int from = matcher.start(group);
                out.append(text, from, matcher.end(group) - from);
            }
        }
    }
}
