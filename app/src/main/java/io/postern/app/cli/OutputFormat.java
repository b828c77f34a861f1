package io.postern.app.cli;

/** How a command prints what it has found: for people, or for programs. */
public enum OutputFormat {
    TEXT,
    JSON;

    /** {@code --format}. */
    public static final Flag FLAG =
            Flag.valued("FORMAT", "text or json (default: text).", "--format");

    /** The one that was asked for. */
    public static OutputFormat of(Arguments arguments) {
        return arguments.choice(FLAG, TEXT);
    }
}
