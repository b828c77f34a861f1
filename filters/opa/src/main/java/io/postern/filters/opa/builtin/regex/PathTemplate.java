package io.postern.filters.opa.builtin.regex;

import com.google.re2j.Pattern;
import io.postern.filters.opa.builtin.BuiltinError;

/** {@code urn:foo:{.*}}: plain text with regular expressions between delimiters. */
final class PathTemplate {
    private PathTemplate() {}

    /** The template as one anchored regular expression. */
    static String regex(String template, String start, String end) {
        if (start.length() != 1 || end.length() != 1) {
            throw new BuiltinError("delimiters have to be exactly one character long");
        }
        var regex = new StringBuilder("^");
        int plainFrom = 0;
        int level = 0;
        int expressionFrom = 0;
        for (int i = 0; i < template.length(); i++) {
            if (template.charAt(i) == start.charAt(0)) {
                if (level++ == 0) {
                    regex.append(Pattern.quote(template.substring(plainFrom, i)));
                    expressionFrom = i + 1;
                }
            } else if (template.charAt(i) == end.charAt(0)) {
                if (--level == 0) {
                    regex.append('(').append(template, expressionFrom, i).append(')');
                    plainFrom = i + 1;
                } else if (level < 0) {
                    throw new BuiltinError("unbalanced braces in " + template);
                }
            }
        }
        if (level != 0) {
            throw new BuiltinError("unbalanced braces in " + template);
        }
        return regex.append(Pattern.quote(template.substring(plainFrom))).append('$').toString();
    }
}
