package io.postern.xds.oci.disk;

import io.postern.xds.oci.Digest;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.Step;
import io.postern.xds.oci.Text;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code oci-layout://FOLDER[:TAG][@sha256:…]} names, as docker's build contexts write it: an
 * artifact in an image layout. The tag begins behind the first colon, as in skopeo; without tag and
 * digest it is the layout's only artifact; of both, the digest counts. Immutable.
 *
 * @param folder as it was written, absolute or not
 * @param tag empty: not told
 * @param digest null: not told
 */
public record LayoutReference(Path folder, String tag, @Nullable Digest digest) {
    /** How such a reference begins. */
    public static final String SCHEME = "oci-layout://";

    // org.opencontainers.image.ref.name in the image specification's annotations
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@/+-]{0,254}");

    /**
     * Reads a reference.
     *
     * @throws OciException naming the part that is wrong
     */
    public static LayoutReference parse(String text) {
        if (!text.startsWith(SCHEME)) {
            throw wrong(text, "another scheme", "start it with " + SCHEME);
        }
        String rest = text.substring(SCHEME.length());
        int at = rest.lastIndexOf("@sha");
        @Nullable Digest digest = null;
        if (at >= 0) {
            try {
                digest = Digest.parse(rest.substring(at + 1));
            } catch (IllegalArgumentException e) {
                String what = Objects.toString(e.getMessage());
                throw wrong(text, what, "a whole sha256 or sha512");
            }
            rest = rest.substring(0, at);
        }
        int colon = rest.indexOf(':');
        String tag = colon < 0 ? "" : rest.substring(colon + 1);
        if (colon >= 0 && !TAG.matcher(tag).matches()) {
            throw wrong(text, "tag '" + tag + "'", "letters, digits, . _ : / + and -");
        }
        String folder = colon < 0 ? rest : rest.substring(0, colon);
        if (folder.isEmpty()) {
            throw wrong(text, "no folder", "one");
        }
        try {
            return new LayoutReference(Path.of(folder), tag, digest);
        } catch (InvalidPathException e) {
            throw wrong(text, "folder '" + folder + "': " + e.getReason(), "a path");
        }
    }

    private static OciException wrong(String text, String part, String expected) {
        return new OciException(
                Step.REFERENCE,
                "'" + Text.shown(text) + "' has " + Text.shown(part),
                "expected: " + expected + "; for example oci-layout://plugins:auth-1.0");
    }

    /** The same with the folder found from {@code root}, unless it is absolute. */
    public LayoutReference from(Path root) {
        return new LayoutReference(root.resolve(folder).normalize(), tag, digest);
    }

    /** The same, at a digest. */
    public LayoutReference at(Digest found) {
        return new LayoutReference(folder, tag, found);
    }

    /** What the layout is asked for: the digest if it is told, else the tag; empty: neither. */
    public String target() {
        return digest == null ? tag : digest.toString();
    }

    /** As it can be read again. */
    @Override
    public String toString() {
        return SCHEME
                + folder
                + (tag.isEmpty() ? "" : ":" + tag)
                + (digest == null ? "" : "@" + digest);
    }
}
