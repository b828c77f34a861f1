package io.postern.filters.wasm.vm;

import java.util.List;

/** {@link PluginLog} over a {@link System.Logger}. Thread-safe. */
final class SystemPluginLog implements PluginLog {
    private static final List<System.Logger.Level> LEVELS =
            List.of(
                    System.Logger.Level.TRACE,
                    System.Logger.Level.DEBUG,
                    System.Logger.Level.INFO,
                    System.Logger.Level.WARNING,
                    System.Logger.Level.ERROR,
                    System.Logger.Level.ERROR);

    private final System.Logger logger;

    SystemPluginLog(System.Logger logger) {
        this.logger = logger;
    }

    @Override
    public int level(String plugin) {
        for (int level = TRACE; level < CRITICAL; level++) {
            if (logger.isLoggable(LEVELS.get(level))) {
                return level;
            }
        }
        return CRITICAL;
    }

    @Override
    public void log(int level, String plugin, String message) {
        logger.log(LEVELS.get(level), "wasm log " + plugin + ": " + message);
    }
}
