package io.postern.filters.opa.builtin.regex;

import com.google.re2j.Matcher;

/**
 * {@code $1}, {@code ${1}}, {@code $name} and {@code $$} in replacements, as Go's {@code
 * Regexp.Expand} reads them: the longest run of letters, digits and underscores is the name, and a
 * group that does not exist is empty.
 */
final class GoTemplate {
    private GoTemplate() {}

    static void expand(String template, Matcher match, StringBuilder out) {
        int at = 0;
        while (at < template.length()) {
            int dollar = template.indexOf('$', at);
            if (dollar < 0 || dollar + 1 == template.length()) {
                out.append(template, at, template.length());
                return;
            }
            out.append(template, at, dollar);
            at = reference(template, dollar + 1, match, out);
        }
    }

    private static int reference(String template, int from, Matcher match, StringBuilder out) {
        if (template.charAt(from) == '$') {
            out.append('$');
            return from + 1;
        }
        boolean braced = template.charAt(from) == '{';
        int start = braced ? from + 1 : from;
        int end = start;
        while (end < template.length() && isName(template.charAt(end))) {
            end++;
        }
        boolean malformed =
                end == start
                        || (braced && (end == template.length() || template.charAt(end) != '}'));
        if (malformed) {
            out.append('$');
            return from;
        }
        out.append(group(template.substring(start, end), match));
        return braced ? end + 1 : end;
    }

    private static String group(String name, Matcher match) {
        String value = null;
        if (name.matches("[0-9]{1,8}")) {
            int number = Integer.parseInt(name);
            value = number <= match.groupCount() ? match.group(number) : null;
        } else if (match.pattern().namedGroups().containsKey(name)) {
            value = match.group(name);
        }
        return value == null ? "" : value;
    }

    private static boolean isName(char c) {
        return c == '_' || Character.isLetterOrDigit(c);
    }
}
