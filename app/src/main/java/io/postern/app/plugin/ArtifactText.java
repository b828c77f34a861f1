package io.postern.app.plugin;

import io.postern.xds.oci.Text;
import io.postern.xds.oci.Unpacked;
import io.postern.xds.oci.cosign.Attestation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** An artifact for people: what is around the module. */
final class ArtifactText {
    private ArtifactText() {}

    static List<String> lines(Examined found) {
        var lines = new ArrayList<String>();
        lines.add(found.reference());
        lines.addAll(fields(found));
        Unpacked unpacked = found.unpacked();
        line(lines, "module", unpacked.content() + ", " + unpacked.bytes() + " bytes");
        return lines;
    }

    /** Without its name and the module's digest. */
    static List<String> fields(Examined found) {
        Unpacked unpacked = found.unpacked();
        Trust.Verdict verdict = found.verdict();
        var lines = new ArrayList<String>();
        line(lines, "digest", unpacked.root().toString());
        if (!unpacked.artifact().equals(unpacked.root())) {
            line(lines, "manifest", unpacked.artifact().toString());
        }
        line(lines, "layout", unpacked.layout());
        if (found.mirrored()) {
            line(lines, "from", found.from());
        }
        annotations(lines, unpacked.manifest().annotations());
        line(lines, "signature", verdict.line());
        for (Attestation one : verdict.report().attestations()) {
            String who = one.signed() ? "signed by " + one.by() : "not verified";
            line(
                    lines,
                    "attestation",
                    Text.shown(one.type()) + " (" + one.where() + ", " + who + ")");
            one.details().forEach(detail -> line(lines, "", detail));
        }
        return lines;
    }

    private static void annotations(List<String> lines, Map<String, String> annotations) {
        new TreeMap<>(annotations)
                .forEach((name, value) ->
                        line(lines, "annotation", Text.shown(name) + "=" + Text.shown(value)));
    }

    private static void line(List<String> lines, String name, String value) {
        lines.add(String.format(Locale.ROOT, "  %-12s %s", name, value));
    }
}
