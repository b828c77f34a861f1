package io.postern.app.plugin;

import io.postern.xds.oci.Unpacked;
import io.postern.xds.oci.cosign.Attestation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** An artifact for programs: what is added to its module's object. */
final class ArtifactJson {
    private ArtifactJson() {}

    static Map<String, Object> fields(Examined found) {
        Unpacked unpacked = found.unpacked();
        Trust.Verdict verdict = found.verdict();
        var fields = new LinkedHashMap<String, Object>();
        fields.put("reference", found.reference());
        fields.put("digest", unpacked.root().toString());
        fields.put("manifest", unpacked.artifact().toString());
        fields.put("layout", unpacked.layout());
        fields.put("from", found.from());
        fields.put("annotations", new TreeMap<>(unpacked.manifest().annotations()));
        fields.put("signature_policy", verdict.policy().name().toLowerCase(Locale.ROOT));
        fields.put("signed", verdict.report().signed());
        fields.put("signed_by", verdict.report().by());
        fields.put("signatures_rejected", verdict.report().rejected());
        var attestations = new ArrayList<Map<String, Object>>();
        for (Attestation one : verdict.report().attestations()) {
            var told = new LinkedHashMap<String, Object>();
            told.put("type", one.type());
            told.put("where", one.where());
            told.put("signed", one.signed());
            told.put("by", one.by());
            told.put("details", one.details());
            attestations.add(told);
        }
        fields.put("attestations", List.copyOf(attestations));
        return fields;
    }
}
