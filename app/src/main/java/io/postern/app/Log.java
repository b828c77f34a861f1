package io.postern.app;

import io.postern.filters.wasm.vm.PluginLog;
import java.io.PrintStream;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The process log, in Envoy's default layout: {@code [time][level][component] message}.
 * Thread-safe.
 */
public final class Log implements PluginLog {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT);

    private final PrintStream out;
    private volatile Level level;
    private volatile @Nullable Level pluginLevel;

    /** Envoy's log levels, in rising order. */
    public enum Level {
        TRACE,
        DEBUG,
        INFO,
        WARNING,
        ERROR,
        CRITICAL,
        OFF
    }

    /** Logs what is at least {@code level} to {@code out}. */
    public Log(PrintStream out, Level level) {
        this.out = out;
        this.level = level;
    }

    /** The lowest level that is logged. */
    Level level() {
        return level;
    }

    /** Changes the level. */
    public void level(Level changed) {
        level = changed;
    }

    /** Gives plugins a level of their own. */
    void pluginLevel(Level own) {
        pluginLevel = own;
    }

    private Level ofPlugins() {
        Level own = pluginLevel;
        return own == null ? level : own;
    }

    /** Logs at TRACE. */
    public void trace(String component, String message) {
        write(Level.TRACE, component, message);
    }

    /** Logs at INFO. */
    public void info(String component, String message) {
        write(Level.INFO, component, message);
    }

    /** Logs at WARNING. */
    public void warn(String component, String message) {
        write(Level.WARNING, component, message);
    }

    /** Logs at ERROR. */
    public void error(String component, String message) {
        write(Level.ERROR, component, message);
    }

    private void write(Level at, String component, String message) {
        if (at.compareTo(level) >= 0) {
            line(at, component, message);
        }
    }

    private void line(Level at, String component, String message) {
        String name = at.name().toLowerCase(Locale.ROOT);
        out.println(
                "["
                        + TIME.format(LocalDateTime.now(ZoneId.systemDefault()))
                        + "]["
                        + name
                        + "]["
                        + component
                        + "] "
                        + message);
    }

    @Override
    @SuppressWarnings("EnumOrdinal") // the order is Envoy's and the ABI's
    public int level(String plugin) {
        return ofPlugins().ordinal();
    }

    @Override
    public void log(int at, String plugin, String message) {
        Level[] levels = Level.values();
        Level known = levels[Math.clamp(at, 0, levels.length - 2)];
        if (known.compareTo(ofPlugins()) >= 0) {
            line(known, "wasm", "wasm log " + plugin + ": " + message);
        }
    }
}
