package io.postern.config.envoy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.postern.config.envoy.FormatOperators.Argument;
import io.postern.config.model.Format;
import io.postern.config.source.Nearest;
import io.postern.config.source.Spot;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads texts with command operators: {@code %REQ(:METHOD)% %PROTOCOL%}; {@code %%} is one %. */
final class FormatParser {
    private static final Pattern OPERATOR =
            Pattern.compile("%([A-Z0-9_]+)(?:\\((.*?)\\))?(?::([0-9]{1,9}))?%", Pattern.DOTALL);

    private final Translation translation;
    private final Set<String> more;

    FormatParser(Translation translation) {
        this(translation, Set.of());
    }

    /** {@code more}: operators that extensions have added. */
    FormatParser(Translation translation, Set<String> more) {
        this.translation = translation;
        this.more = more;
    }

    Format parse(String text, Spot spot) {
        var parts = new ArrayList<Format.Part>();
        var literal = new StringBuilder();
        Matcher operator = OPERATOR.matcher(text);
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != '%') {
                literal.append(c);
                at++;
            } else if (text.startsWith("%%", at)) {
                literal.append('%');
                at += 2;
            } else if (operator.find(at) && operator.start() == at) {
                flush(literal, parts);
                parts.add(operator(operator, spot));
                at = operator.end();
            } else {
                translation.error(
                        spot,
                        "no command operator at the % of character " + (at + 1) + ": " + text,
                        "write %OPERATOR%, %OPERATOR(argument):length%, or %% for a percent sign");
                break;
            }
        }
        flush(literal, parts);
        return new Format(parts);
    }

    private static void flush(StringBuilder literal, List<Format.Part> parts) {
        if (!literal.isEmpty()) {
            parts.add(new Format.Literal(literal.toString().getBytes(UTF_8)));
            literal.setLength(0);
        }
    }

    private Format.Part operator(Matcher operator, Spot spot) {
        var name = operator.group(1);
        var argument = operator.group(2);
        var length = operator.group(3);
        var problem = problem(name, argument == null ? "" : argument, length != null);
        if (!problem.isEmpty()) {
            var known = FormatOperators.names();
            var cure = known.contains(name) ? "" : Nearest.cure(name, known);
            translation.error(spot, problem, cure);
        }
        return new Format.Operator(
                name,
                argument == null ? "" : argument,
                length == null ? -1 : Integer.parseInt(length));
    }

    /** Empty when all is well. */
    private String problem(String name, String argument, boolean length) {
        if (more.contains(name)) {
            return "";
        }
        if (!FormatOperators.names().contains(name)) {
            return "no such command operator: %" + name + "%";
        }
        var takes = FormatOperators.argument(name);
        if (takes == Argument.REQUIRED && argument.isEmpty()) {
            return "%" + name + "% needs an argument: %" + name + "(…)%";
        }
        if (takes == Argument.NONE && !argument.isEmpty()) {
            return "%" + name + "% takes no argument";
        }
        if (length && !FormatOperators.takesLength(name)) {
            return "%" + name + "% takes no length";
        }
        return argument.indexOf('?') != argument.lastIndexOf('?') && takes == Argument.REQUIRED
                ? "%" + name + "% takes one alternative: (FIRST?SECOND)"
                : FormatOperators.problem(name, argument);
    }
}
