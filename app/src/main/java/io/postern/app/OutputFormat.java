package io.postern.app;

import io.postern.app.cli.Arguments;
import io.postern.app.cli.Flag;

/** How a command prints what it has found: for people, or for programs. */
enum OutputFormat {
    TEXT,
    JSON;

    /** {@code --format}. */
    static final Flag FLAG = Flag.valued("FORMAT", "text or json (default: text).", "--format");

    /** The one that was asked for. */
    static OutputFormat of(Arguments arguments) {
        return arguments.choice(FLAG, TEXT);
    }
}
