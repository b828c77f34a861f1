package io.postern.app.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;
import org.jspecify.annotations.Nullable;

/**
 * A command line as read: {@code --name value}, {@code --name=value}, {@code -n value}; what
 * follows {@code --} are operands. Of a flag given twice the last value counts. Immutable.
 */
public final class Arguments {
    private final CommandLine parsed;

    private Arguments(CommandLine parsed) {
        this.parsed = parsed;
    }

    /**
     * Reads what follows the command's name.
     *
     * @throws UsageException naming what is not understood
     */
    public static Arguments parse(List<Flag> known, List<String> words) {
        var options = new Options();
        known.forEach(flag -> options.addOption(flag.option()));
        var parser =
                DefaultParser.builder()
                        .setAllowPartialMatching(false)
                        .setStripLeadingAndTrailingQuotes(false)
                        .get();
        try {
            return new Arguments(parser.parse(options, words.toArray(String[]::new)));
        } catch (UnrecognizedOptionException e) {
            throw new UsageException("unknown option " + e.getOption() + "; --help lists them");
        } catch (MissingArgumentException e) {
            Option option = e.getOption();
            String dashed = option.getOpt() == null ? "" : "-" + option.getOpt() + ", ";
            throw new UsageException(
                    dashed
                            + "--"
                            + option.getLongOpt()
                            + ": expected "
                            + option.getArgName()
                            + " after it");
        } catch (ParseException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    /** What is no flag, in order. */
    public List<String> operands() {
        return parsed.getArgList();
    }

    /** Whether it was given. */
    public boolean has(Flag flag) {
        return parsed.hasOption(flag.option());
    }

    /** Its value; null when it was not given. */
    public @Nullable String get(Flag flag) {
        String[] values = parsed.getOptionValues(flag.option());
        return values == null ? null : values[values.length - 1];
    }

    /** All its values, in order: of a flag that may be given several times. */
    public List<String> all(Flag flag) {
        String[] values = parsed.getOptionValues(flag.option());
        return values == null ? List.of() : List.of(values);
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
