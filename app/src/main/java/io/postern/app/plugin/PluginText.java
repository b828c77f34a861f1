package io.postern.app.plugin;

import io.postern.filters.wasm.PluginReport;
import io.postern.filters.wasm.engine.ModuleSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A plugin's report for people. */
final class PluginText {
    private static final double KIB = 1024;

    private PluginText() {}

    /**
     * Its lines.
     *
     * @param around lines about what the module came in
     * @param problems why it cannot be used, the report's and others
     */
    static List<String> lines(
            String file, PluginReport report, List<String> around, List<String> problems) {
        ModuleSummary module = report.module();
        var lines = new ArrayList<String>();
        lines.add(file);
        lines.addAll(around);
        line(lines, "sha256", module.digest());
        line(lines, "size", size(module.bytes()) + sections(module));
        for (Map.Entry<String, List<String>> field : module.producers().entrySet()) {
            line(lines, field.getKey(), String.join(", ", field.getValue()));
        }
        line(lines, "ABI", report.abi() == null ? "unknown" : report.abi());
        line(lines, "memory", memory(module));
        line(lines, "table", module.tableEntries() + " entries");
        line(lines, "functions", String.valueOf(module.functions()));
        line(lines, "callbacks", String.join(", ", report.callbacks()));
        var imports = module.imports().stream().map(one -> one.module() + "." + one.name());
        line(lines, "imports", String.join(", ", imports.toList()));
        problems.forEach(problem -> lines.add("ERROR " + file + ": " + problem));
        if (problems.isEmpty()) {
            lines.add("OK " + file);
        }
        return lines;
    }

    private static void line(List<String> lines, String name, String value) {
        lines.add(String.format(Locale.ROOT, "  %-12s %s", name, value.isEmpty() ? "none" : value));
    }

    private static String memory(ModuleSummary module) {
        if (module.memoryBytes() < 0) {
            return "none";
        }
        String most =
                module.mostMemoryBytes() < 0
                        ? "no limit of its own"
                        : "at most " + size(module.mostMemoryBytes());
        return size(module.memoryBytes()) + " at its start, " + most;
    }

    private static String sections(ModuleSummary module) {
        var text = new StringBuilder();
        for (ModuleSummary.Section section : module.sections()) {
            text.append(text.isEmpty() ? ": " : ", ");
            text.append(section.name()).append(' ').append(size(section.bytes()));
            text.append(section.kept() ? "" : " (not kept)");
        }
        return text.toString();
    }

    private static String size(long bytes) {
        if (bytes < KIB) {
            return bytes + " B";
        }
        return bytes < KIB * KIB
                ? String.format(Locale.ROOT, "%.1f KiB", bytes / KIB)
                : String.format(Locale.ROOT, "%.1f MiB", bytes / KIB / KIB);
    }
}
