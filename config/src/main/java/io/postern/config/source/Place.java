package io.postern.config.source;

/**
 * Where in a configuration something stands.
 *
 * @param file as it was named on the command line
 * @param line from 1; 0: the file as a whole
 * @param column from 1, in characters; 0: the line as a whole
 */
public record Place(String file, int line, int column) {
    /** The file as a whole. */
    public static Place of(String file) {
        return new Place(file, 0, 0);
    }

    /** {@code file:line:column}, or what is known of it. */
    @Override
    public String toString() {
        if (line == 0) {
            return file;
        }
        return column == 0 ? file + ":" + line : file + ":" + line + ":" + column;
    }
}
