package io.postern.app.plugin;

import io.postern.xds.oci.Pulled;
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

    static List<String> lines(Pulled pulled, Trust.Verdict verdict) {
        var lines = new ArrayList<String>();
        lines.add(pulled.reference().toString());
        lines.addAll(fields(pulled, verdict));
        line(lines, "module", pulled.module() + ", " + pulled.bytes() + " bytes");
        return lines;
    }

    /** Of one that nobody has signed. */
    static List<String> fields(Unpacked unpacked) {
        var lines = new ArrayList<String>();
        line(lines, "digest", unpacked.root().toString());
        line(lines, "layout", unpacked.layout());
        annotations(lines, unpacked.manifest().annotations());
        return lines;
    }

    /** Without its name and the module's digest. */
    static List<String> fields(Pulled pulled, Trust.Verdict verdict) {
        var lines = new ArrayList<String>();
        line(lines, "digest", pulled.root().toString());
        if (!pulled.artifact().equals(pulled.root())) {
            line(lines, "manifest", pulled.artifact().toString());
        }
        line(lines, "layout", pulled.layout());
        if (!pulled.endpoint().equals(pulled.reference().registry())) {
            line(lines, "from", pulled.endpoint());
        }
        annotations(lines, pulled.annotations());
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
