package io.postern.xds.oci.disk;

import io.postern.xds.oci.ArtifactSource.Attachment;
import io.postern.xds.oci.Digest;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.manifest.Descriptor;
import io.postern.xds.oci.manifest.Manifest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What is attached to artifacts of a layout, by its index: manifests with a subject ({@code oras
 * copy -r}), the tag that stands for the referrers API (regctl), cosign's tags, copied as they are
 * called, and what {@code cosign save} writes, which says of itself only that it holds signatures.
 * Immutable.
 */
record LayoutAttachments(LayoutFolder layout) {
    private static final Pattern TAG = Pattern.compile("sha(256|512)-[0-9a-f]{60,}(\\.[a-z]+)?");

    /** The annotation of {@code cosign save}, and its words for signatures and attestations. */
    private static final String KIND = "kind";

    private static final Set<String> KINDS =
            Set.of("dev.cosignproject.cosign/sigs", "dev.cosignproject.cosign/atts");

    /** All that may be of {@code subject}; whether it is, whoever reads it sees. */
    List<Attachment> of(Digest subject) {
        List<String> tags = Attachment.TAG_SUFFIXES.stream().map(subject::tag).toList();
        Map<Digest, Attachment> found = new LinkedHashMap<>();
        for (Descriptor one : layout.entries()) {
            String name = one.referenceName();
            if (tags.contains(name)) {
                found.put(one.digest(), Attachment.tagged(name, () -> layout.manifest(one)));
            } else if (isSaved(one) || refersTo(subject, one)) {
                found.putIfAbsent(one.digest(), referring(one));
            } else if (name.equals(subject.tag(""))
                    && layout.manifest(one) instanceof Manifest.Index index) {
                index.manifests()
                        .forEach(each -> found.putIfAbsent(each.digest(), referring(each)));
            }
        }
        return found.values().stream().limit(Attachment.MOST_REFERRERS).toList();
    }

    private Attachment referring(Descriptor one) {
        return Attachment.referring(one.digest(), () -> layout.manifest(one));
    }

    /** Whether an entry is no artifact of its own. */
    boolean isOne(Descriptor entry) {
        return TAG.matcher(entry.referenceName()).matches()
                || isSaved(entry)
                || (entry.referenceName().isEmpty() && hasSubject(entry));
    }

    private static boolean isSaved(Descriptor entry) {
        return KINDS.contains(entry.annotations().getOrDefault(KIND, ""));
    }

    private boolean hasSubject(Descriptor entry) {
        try {
            return layout.manifest(entry) instanceof Manifest.Artifact artifact
                    && artifact.subject() != null;
        } catch (OciException _) {
            return false; // it is refused when it is wanted
        }
    }

    /** An entry without a name that cannot be read may be one: better told than hidden. */
    private boolean refersTo(Digest subject, Descriptor entry) {
        try {
            return layout.manifest(entry) instanceof Manifest.Artifact artifact
                    && subject.equals(artifact.subject());
        } catch (OciException _) {
            return entry.referenceName().isEmpty();
        }
    }
}
