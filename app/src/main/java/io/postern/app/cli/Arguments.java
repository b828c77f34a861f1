package io.postern.app.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command line as read: {@code --name value}, {@code --name=value}, {@code -n value}; what
 * follows {@code --} are operands. Of a flag given twice the last value counts. Immutable.
 *
 * @param values by flag; a flag without a value has the empty text
 * @param operands what is no flag, in order
 */
public record Arguments(Map<Flag, String> values, List<String> operands) {
    public Arguments {
        values = Map.copyOf(values);
        operands = List.copyOf(operands);
    }

    /**
     * Reads what follows the command's name.
     *
     * @throws UsageException naming what is not understood
     */
    public static Arguments parse(List<Flag> known, List<String> words) {
        Map<String, Flag> byName = new HashMap<>();
        known.forEach(flag -> flag.names().forEach(name -> byName.put(name, flag)));
        Map<Flag, String> values = new HashMap<>();
        List<String> operands = new ArrayList<>();
        var rest = words.iterator();
        while (rest.hasNext()) {
            String word = rest.next();
            if (word.equals("--")) {
                rest.forEachRemaining(operands::add);
            } else if (!word.startsWith("-") || word.equals("-")) {
                operands.add(word);
            } else {
                int equals = word.startsWith("--") ? word.indexOf('=') : -1;
                String name = equals < 0 ? word : word.substring(0, equals);
                Flag flag = byName.get(name);
                if (flag == null) {
                    throw new UsageException("unknown option " + name + "; --help lists them");
                }
                if (equals >= 0 && !flag.takesValue()) {
                    throw new UsageException(name + " takes no value");
                }
                values.put(flag, equals >= 0 ? word.substring(equals + 1) : next(flag, name, rest));
            }
        }
        return new Arguments(values, operands);
    }

    private static String next(Flag flag, String name, java.util.Iterator<String> rest) {
        if (!flag.takesValue()) {
            return "";
        }
        if (!rest.hasNext()) {
            throw new UsageException(name + ": expected " + flag.value() + " after it");
        }
        return rest.next();
    }

    /** Whether it was given. */
    public boolean has(Flag flag) {
        return values.containsKey(flag);
    }

    /** Its value; null when it was not given. */
    public @Nullable String get(Flag flag) {
        return values.get(flag);
    }

    /** Its value as a path; null when it was not given. */
    public @Nullable Path path(Flag flag) {
        String value = get(flag);
        return value == null ? null : Path.of(value);
    }

    /** Its value as a number from {@code least}; {@code otherwise} when it was not given. */
    public int number(Flag flag, int least, int otherwise) {
        String value = get(flag);
        if (value == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException _) {
            // refused below
        }
        throw new UsageException(
                flag.name() + ": '" + value + "' (expected: a number from " + least + ")");
    }

    /** Its value as one of a few words; {@code otherwise} when it was not given. */
    public <E extends Enum<E>> E choice(Flag flag, E otherwise) {
        String value = get(flag);
        if (value == null) {
            return otherwise;
        }
        E[] all = otherwise.getDeclaringClass().getEnumConstants();
        for (E one : all) {
            if (one.name().equalsIgnoreCase(value)) {
                return one;
            }
        }
        String expected =
                String.join(
                        ", ",
                        Arrays.stream(all).map(e -> e.name().toLowerCase(Locale.ROOT)).toList());
        throw new UsageException(
                flag.name() + ": '" + value + "' (expected: one of " + expected + ")");
    }
}
