package io.postern.config.snapshot;

/** Where is told what happens to the configuration. */
public interface ConfigLog {
    /** Something that an operator should know of. */
    void warn(String text);

    /** Something that is as it should be. */
    void info(String text);
}
