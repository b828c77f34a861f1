package io.postern.app.plugin;

import io.postern.config.source.JsonText;
import io.postern.filters.wasm.PluginReport;
import io.postern.filters.wasm.engine.ModuleSummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A plugin's report for programs: one line, a JSON object. */
final class PluginJson {
    private PluginJson() {}

    /**
     * Of a module.
     *
     * @param around fields about what it came in
     * @param problems why it cannot be used, the report's and others
     */
    static String of(
            String file,
            PluginReport report,
            Map<String, ? extends Object> around,
            List<String> problems) {
        ModuleSummary module = report.module();
        var fields = new LinkedHashMap<String, @Nullable Object>();
        fields.put("file", file);
        fields.put("ok", problems.isEmpty());
        fields.put("problems", problems);
        fields.putAll(around);
        fields.put("sha256", module.digest());
        fields.put("bytes", module.bytes());
        fields.put("abi", report.abi());
        fields.put("memory_bytes", module.memoryBytes());
        fields.put("most_memory_bytes", module.mostMemoryBytes());
        fields.put("table_entries", module.tableEntries());
        fields.put("functions", module.functions());
        fields.put("producers", module.producers());
        fields.put("callbacks", report.callbacks());
        fields.put("exports", module.exports());
        fields.put("imports", imports(report));
        fields.put("sections", sections(module));
        return text(fields);
    }

    /** Of a file that is no module. */
    static String broken(String file, String reason) {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        fields.put("file", file);
        fields.put("ok", false);
        fields.put("problems", List.of(reason));
        return text(fields);
    }

    private static List<Object> imports(PluginReport report) {
        var all = new ArrayList<Object>();
        for (ModuleSummary.Imported one : report.module().imports()) {
            boolean known = !report.unknownImports().contains(one);
            var fields = new LinkedHashMap<String, Object>();
            fields.put("name", one.module() + "." + one.name());
            fields.put("signature", one.signature());
            fields.put("known", known);
            all.add(fields);
        }
        return all;
    }

    private static List<Object> sections(ModuleSummary module) {
        var all = new ArrayList<Object>();
        for (ModuleSummary.Section one : module.sections()) {
            var fields = new LinkedHashMap<String, Object>();
            fields.put("name", one.name());
            fields.put("bytes", one.bytes());
            fields.put("kept", one.kept());
            all.add(fields);
        }
        return all;
    }

    static String text(Object value) {
        var json = new StringBuilder();
        write(value, json);
        return json.toString();
    }

    private static void write(@Nullable Object value, StringBuilder json) {
        switch (value) {
            case Map<?, ?> map -> {
                String separator = "{";
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    JsonText.quote(String.valueOf(entry.getKey()), json.append(separator));
                    write(entry.getValue(), json.append(": "));
                    separator = ", ";
                }
                json.append(map.isEmpty() ? "{}" : "}");
            }
            case List<?> list -> {
                String separator = "[";
                for (Object element : list) {
                    write(element, json.append(separator));
                    separator = ", ";
                }
                json.append(list.isEmpty() ? "[]" : "]");
            }
            case String text -> JsonText.quote(text, json);
            case null, default -> json.append(value);
        }
    }
}
