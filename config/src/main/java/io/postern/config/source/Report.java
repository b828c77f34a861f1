package io.postern.config.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Findings as people and as programs read them. */
public final class Report {
    private Report() {}

    /** Lines: the warnings, then {@code OK file} or the errors. */
    public static List<String> text(String file, Findings findings) {
        var lines = new ArrayList<String>();
        findings.warnings().forEach(finding -> lines.add(text(finding)));
        findings.errors().forEach(finding -> lines.add(text(finding)));
        if (findings.errors().isEmpty()) {
            lines.add("OK " + file);
        }
        return lines;
    }

    /** {@code ERROR file:line:column: what (in where); cure}, in one line. */
    public static String text(Diagnostic finding) {
        return finding.severity() + " " + withoutSeverity(finding);
    }

    /** Warnings as a log takes them, which writes the severity itself. */
    public static List<String> warnings(List<Diagnostic> warnings) {
        return warnings.stream().map(Report::withoutSeverity).toList();
    }

    private static String withoutSeverity(Diagnostic finding) {
        var text = new StringBuilder(finding.place().toString());
        text.append(": ").append(oneLine(finding.message()));
        if (!finding.protoPath().isEmpty()) {
            text.append(" (in ").append(finding.protoPath()).append(')');
        }
        if (!finding.cure().isEmpty()) {
            text.append("; ").append(oneLine(finding.cure()));
        }
        return text.toString();
    }

    /**
     * One line, a JSON object: {@code file}, {@code ok}, and {@code findings} with severity, file,
     * line, column, path, message and cure; line and column are 0 where they are not known.
     */
    public static List<String> json(String file, Findings findings) {
        var json = new StringBuilder("{");
        member("file", file, json);
        json.append(", \"ok\": ").append(findings.errors().isEmpty());
        json.append(", \"findings\": [");
        var all = new ArrayList<>(findings.errors());
        all.addAll(findings.warnings());
        for (int i = 0; i < all.size(); i++) {
            json.append(i == 0 ? "" : ", ");
            json(all.get(i), json);
        }
        return List.of(json.append("]}").toString());
    }

    private static void json(Diagnostic finding, StringBuilder json) {
        json.append('{');
        member("severity", finding.severity().name().toLowerCase(Locale.ROOT), json);
        json.append(", ");
        member("file", finding.place().file(), json);
        json.append(", \"line\": ").append(finding.place().line());
        json.append(", \"column\": ").append(finding.place().column()).append(", ");
        member("path", finding.protoPath(), json);
        json.append(", ");
        member("message", finding.message(), json);
        json.append(", ");
        member("cure", finding.cure(), json);
        json.append('}');
    }

    private static void member(String name, String value, StringBuilder json) {
        JsonText.quote(name, json);
        json.append(": ");
        JsonText.quote(value, json);
    }

    private static String oneLine(String text) {
        return text.replace("\r", "").replace("\n", "\\n");
    }
}
