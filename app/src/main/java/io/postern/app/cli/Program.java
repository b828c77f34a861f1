package io.postern.app.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.help.HelpFormatter;
import org.apache.commons.cli.help.TextHelpAppendable;

/**
 * A program of several commands. Control thread.
 *
 * @param version what {@code --version} prints
 */
public record Program(
        String program, String summary, Supplier<String> version, List<Command> commands) {
    private static final Flag HELP = Flag.toggle("Says this.", "-h", "--help");
    private static final Flag VERSION = Flag.toggle("Tells the version.", "-V", "--version");
    private static final int NOT_UNDERSTOOD = 2;
    private static final int LEAST_WIDTH = 10;

    /** Runs the command that {@code words} name; the result is the status of the process. */
    public int run(List<String> words, PrintWriter out, PrintWriter err)
            throws InterruptedException {
        try {
            return start(words, out, err);
        } catch (UsageException e) {
            err.println(program + ": " + e.getMessage());
            return NOT_UNDERSTOOD;
        } catch (IOException | RuntimeException e) {
            err.println(program + ": " + e.getMessage());
            return 1;
        }
    }

    private int start(List<String> words, PrintWriter out, PrintWriter err)
            throws IOException, InterruptedException {
        String first = words.isEmpty() ? "" : words.getFirst();
        if (first.isEmpty() || HELP.names().contains(first)) {
            usage().forEach((first.isEmpty() ? err : out)::println);
            return first.isEmpty() ? NOT_UNDERSTOOD : 0;
        }
        if (VERSION.names().contains(first)) {
            out.println(version.get());
            return 0;
        }
        for (Command command : commands) {
            if (command.name().equals(first)) {
                return start(command, words.subList(1, words.size()), out, err);
            }
        }
        throw new UsageException("unknown command '" + first + "'; --help lists them");
    }

    private int start(Command command, List<String> words, PrintWriter out, PrintWriter err)
            throws IOException, InterruptedException {
        List<Flag> flags = new ArrayList<>(command.flags());
        flags.add(HELP);
        flags.add(VERSION);
        var arguments = Arguments.parse(flags, words);
        if (arguments.has(HELP)) {
            help(command, flags, out);
            return 0;
        }
        if (arguments.has(VERSION)) {
            out.println(version.get());
            return 0;
        }
        if (command.operands().isEmpty() && !arguments.operands().isEmpty()) {
            throw new UsageException(
                    "what is '" + arguments.operands().getFirst() + "'? --help lists the options");
        }
        return command.run(arguments, out, err);
    }

    private List<String> usage() {
        List<String> lines = new ArrayList<>();
        lines.add("Usage: " + program + " COMMAND [OPTION…]");
        lines.add(summary);
        int width = LEAST_WIDTH;
        for (Command command : commands) {
            width = Math.max(width, command.name().length());
        }
        for (Command command : commands) {
            String padding = " ".repeat(width - command.name().length());
            lines.add("  " + command.name() + padding + " " + command.summary());
        }
        lines.add(program + " COMMAND --help lists the options of a command.");
        return lines;
    }

    private void help(Command command, List<Flag> flags, PrintWriter out) throws IOException {
        var listed = new Options();
        flags.stream()
                .filter(flag -> !flag.help().isEmpty())
                .forEach(flag -> listed.addOption(flag.option()));
        HelpFormatter.builder()
                .setHelpAppendable(new TextHelpAppendable(out))
                .setShowSince(false)
                .get()
                .printHelp(
                        String.join(" ", program, command.name(), "[OPTION…]", command.operands())
                                .strip(),
                        command.summary(),
                        listed,
                        "",
                        false);
        out.flush();
    }
}
