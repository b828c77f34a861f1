package io.postern.filters.wasm.vm;

/**
 * Where plugins log to: the one sink for all of them, with a level for each. Called on event loops
 * and control threads; must not block for long.
 */
public interface PluginLog {
    /** Levels as plugins number them. */
    int TRACE = 0;

    int DEBUG = 1;
    int INFO = 2;
    int WARN = 3;
    int ERROR = 4;
    int CRITICAL = 5;

    /** Lowest level that is logged for this plugin; asked before every message. */
    int level(String plugin);

    /** Writes one message. */
    void log(int level, String plugin, String message);

    /** A sink over the platform logger, with the same level for all plugins. */
    static PluginLog to(System.Logger logger) {
        return new SystemPluginLog(logger);
    }
}
