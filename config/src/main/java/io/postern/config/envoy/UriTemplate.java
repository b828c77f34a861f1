package io.postern.config.envoy;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Matcher;

/**
 * A path template as a regular expression: {@code /media/{country}/{rest=**}.mp4}. {@code *} stands
 * for one segment, {@code **} for any number of them, also none.
 *
 * <p>Source: {@code envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig}.
 *
 * @param pattern of whole paths, with a group for each variable
 * @param variables by number of their group, from 1
 */
record UriTemplate(Pattern pattern, List<String> variables) {
    private static final int MOST_VARIABLES = 5;
    private static final String PCHAR = "a-zA-Z0-9\\-._~%!$&'()+,;:@"; // RFC 3986, but no * and =
    private static final String SEGMENT = "[" + PCHAR + "*=]+";
    private static final String SEGMENTS = "[" + PCHAR + "*=/]*";
    private static final java.util.regex.Pattern LITERAL =
            java.util.regex.Pattern.compile("[" + PCHAR + "]+");
    private static final java.util.regex.Pattern REWRITTEN =
            java.util.regex.Pattern.compile("[" + PCHAR + "/]+");
    private static final java.util.regex.Pattern NAME =
            java.util.regex.Pattern.compile("[a-zA-Z][a-zA-Z0-9_]*");
    private static final java.util.regex.Pattern PIECE =
            java.util.regex.Pattern.compile("(\\{[^}]*\\}|\\*\\*?)([^/]*)|([^/{*][^/]*)");
    private static final java.util.regex.Pattern SLASH = java.util.regex.Pattern.compile("/");
    private static final int SPECIAL = 1; // groups of a piece
    private static final int SUFFIX = 2;
    private static final int PLAIN = 3;

    UriTemplate {
        variables = List.copyOf(variables);
    }

    /** What is wrong with a template. */
    static final class Invalid extends Exception {
        private static final long serialVersionUID = 1;

        Invalid(String message) {
            super(message);
        }
    }

    static UriTemplate of(String template) throws Invalid {
        return new Parser(template).parse();
    }

    /** A rewrite by the variables of this, as a substitution of groups. */
    String substitution(String rewrite) throws Invalid {
        if (!rewrite.startsWith("/") || rewrite.contains("//")) {
            throw new Invalid("a path begins with one slash and has no empty segment inside");
        }
        var out = new StringBuilder();
        int at = 0;
        while (at < rewrite.length()) {
            int open = rewrite.indexOf('{', at);
            int end = open < 0 ? rewrite.length() : open;
            String literal = rewrite.substring(at, end);
            if (!literal.isEmpty() && !REWRITTEN.matcher(literal).matches()) {
                throw new Invalid("not allowed in a path: " + literal);
            }
            out.append(literal);
            if (open < 0) {
                break;
            }
            int close = rewrite.indexOf('}', open);
            String name = close < 0 ? "" : rewrite.substring(open + 1, close);
            int group = variables.indexOf(name) + 1;
            if (group == 0) {
                throw new Invalid("no variable of the matched template: " + name);
            }
            out.append('\\').append(group);
            at = close + 1;
        }
        return out.toString();
    }

    /** Reads one template. */
    private static final class Parser {
        private final String template;
        private final StringBuilder regex = new StringBuilder("^");
        private final List<String> variables = new ArrayList<>();
        private boolean open; // after **, which takes all there is

        Parser(String template) {
            this.template = template;
        }

        UriTemplate parse() throws Invalid {
            if (!template.startsWith("/")) {
                throw new Invalid("it does not begin with a slash");
            }
            int at = 1;
            regex.append('/');
            Matcher pieces = PIECE.matcher(template);
            while (at < template.length()) {
                if (!pieces.region(at, template.length()).lookingAt()) {
                    throw new Invalid("an empty segment, or a bracket that is not closed");
                }
                piece(pieces);
                at = pieces.end();
                if (at < template.length()) {
                    if (!group(pieces, SUFFIX).isEmpty()) {
                        throw new Invalid("a suffix in the middle: " + group(pieces, SUFFIX));
                    }
                    regex.append('/');
                    at++;
                }
            }
            if (new HashSet<>(variables).size() < variables.size()) {
                throw new Invalid("a variable is named twice");
            }
            if (variables.size() > MOST_VARIABLES) {
                throw new Invalid("more than " + MOST_VARIABLES + " variables");
            }
            return new UriTemplate(Pattern.compile(regex.append('$').toString()), variables);
        }

        private void piece(Matcher piece) throws Invalid {
            String special = group(piece, SPECIAL);
            if (special.isEmpty()) {
                literal(group(piece, PLAIN));
                return;
            }
            if (special.startsWith("{")) {
                variable(special.substring(1, special.length() - 1));
            } else {
                glob(special);
            }
            if (!group(piece, SUFFIX).isEmpty()) {
                literal(group(piece, SUFFIX));
            }
        }

        private String group(Matcher matcher, int group) {
            int start = matcher.start(group);
            return start < 0 ? "" : template.substring(start, matcher.end(group));
        }

        private void variable(String text) throws Invalid {
            int equals = text.indexOf('=');
            String name = equals < 0 ? text : text.substring(0, equals);
            if (!NAME.matcher(name).matches() || name.length() > 16) {
                throw new Invalid("not the name of a variable (1 to 16 letters): " + name);
            }
            variables.add(name);
            regex.append('(');
            String[] parts =
                    equals < 0 ? new String[] {"*"} : SLASH.split(text.substring(equals + 1), -1);
            for (int i = 0; i < parts.length; i++) {
                regex.append(i == 0 ? "" : "/");
                if (parts[i].startsWith("*")) {
                    glob(parts[i]);
                } else {
                    literal(parts[i]);
                }
            }
            regex.append(')');
        }

        private void glob(String text) throws Invalid {
            if (!text.equals("*") && !text.equals("**")) {
                throw new Invalid("not * and not **: " + text);
            }
            if (open) {
                throw new Invalid("nothing may vary after **");
            }
            open = text.equals("**");
            regex.append(open ? SEGMENTS : SEGMENT);
        }

        private void literal(String text) throws Invalid {
            if (!LITERAL.matcher(text).matches()) {
                throw new Invalid("not allowed in a path: " + text);
            }
            regex.append(Pattern.quote(text));
        }
    }
}
