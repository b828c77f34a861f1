package io.postern.app.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/** A command: {@code postern NAME}. Control thread. */
public interface Command {
    /** As it is typed. */
    String name();

    /** What it does, in one sentence. */
    String summary();

    /** What follows its options in the help, {@code FILE…} for example; may be empty. */
    String operands();

    /** Its options. */
    List<Flag> flags();

    /**
     * Runs it to its end.
     *
     * @return the status of the process: 0 well, 1 failed
     * @throws UsageException when the arguments make no sense; the process ends with 2
     */
    int run(Arguments arguments, PrintWriter out, PrintWriter err)
            throws IOException, InterruptedException;
}
