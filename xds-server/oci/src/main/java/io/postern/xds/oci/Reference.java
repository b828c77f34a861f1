package io.postern.xds.oci;

import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code oci://HOST[:PORT]/REPOSITORY[:TAG][@sha256:…]} names, by the rules of docker's
 * references: without a host it is Docker Hub, without tag and digest the tag {@code latest}; of
 * both, the digest counts. Immutable.
 *
 * @param registry host, with its port if it is told
 * @param repository path in the registry
 * @param tag null when only a digest is told
 * @param digest null when only a tag is told
 */
public record Reference(
        String registry, String repository, @Nullable String tag, @Nullable Digest digest) {
    /** Docker Hub, as it is written. */
    public static final String DOCKER_HUB = "docker.io";

    /** How such a reference begins. */
    public static final String SCHEME = "oci://";

    private static final String LATEST = "latest";
    private static final int LONGEST_REPOSITORY = 255;
    private static final Pattern HOST =
            Pattern.compile(
                    "(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9a-fA-F:.]+])(?::[0-9]{1,5})?");
    private static final Pattern COMPONENT =
            Pattern.compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");

    /**
     * Reads a reference, with or without {@code oci://}.
     *
     * @throws OciException naming the part that is wrong
     */
    public static Reference parse(String text) {
        String rest = text.startsWith(SCHEME) ? text.substring(SCHEME.length()) : text;
        if (rest.contains("://")) {
            throw wrong(text, "another scheme", "start it with oci://");
        }
        @Nullable Digest digest = null;
        int at = rest.indexOf('@');
        if (at >= 0) {
            digest = digest(text, rest.substring(at + 1));
            rest = rest.substring(0, at);
        }
        @Nullable String tag = null;
        int colon = rest.lastIndexOf(':');
        if (colon > rest.lastIndexOf('/')) {
            tag = rest.substring(colon + 1);
            rest = rest.substring(0, colon);
            if (!TAG.matcher(tag).matches()) {
                throw wrong(text, "tag '" + tag + "'", "letters, digits, _ . and -, at most 128");
            }
        }
        return at(text, rest, tag == null && digest == null ? LATEST : tag, digest);
    }

    private static Reference at(
            String text, String path, @Nullable String tag, @Nullable Digest digest) {
        int slash = path.indexOf('/');
        String first = slash < 0 ? "" : path.substring(0, slash);
        boolean told = first.contains(".") || first.contains(":") || first.equals("localhost");
        String registry = told ? first : DOCKER_HUB;
        String repository = told ? path.substring(slash + 1) : path;
        if (registry.equals("index.docker.io") || registry.equals("registry-1.docker.io")) {
            registry = DOCKER_HUB;
        }
        if (registry.equals(DOCKER_HUB) && !repository.contains("/")) {
            repository = "library/" + repository;
        }
        if (!HOST.matcher(registry).matches()) {
            throw wrong(text, "host '" + registry + "'", "a host name or address, and a port");
        }
        checkRepository(text, repository);
        return new Reference(registry, repository, tag, digest);
    }

    private static void checkRepository(String text, String repository) {
        for (String component : repository.split("/", -1)) {
            if (!COMPONENT.matcher(component).matches()) {
                throw wrong(
                        text,
                        "repository '" + repository + "'",
                        "lower-case letters and digits, with . _ __ - inside, separated by /");
            }
        }
        if (repository.length() > LONGEST_REPOSITORY) {
            throw wrong(text, "a repository of over 255 characters", "a shorter one");
        }
    }

    private static Digest digest(String text, String digest) {
        try {
            return Digest.parse(digest);
        } catch (IllegalArgumentException e) {
            throw wrong(text, Objects.toString(e.getMessage()), "a whole sha256 or sha512");
        }
    }

    private static OciException wrong(String text, String part, String expected) {
        return new OciException(
                Step.REFERENCE,
                "'" + Text.shown(text) + "' has " + Text.shown(part),
                "expected: " + expected + "; for example oci://ghcr.io/team/plugin:1.2.3");
    }

    /** What the registry is asked for: the digest if it is told, else the tag. */
    public String target() {
        return digest == null ? Objects.requireNonNull(tag, "tag or digest") : digest.toString();
    }

    /** The same repository, at a digest. */
    public Reference at(Digest found) {
        return new Reference(registry, repository, tag, found);
    }

    /** Registry and repository. */
    public String name() {
        return registry + "/" + repository;
    }

    /** With its scheme, as it can be read again. */
    @Override
    public String toString() {
        return SCHEME
                + name()
                + (tag == null ? "" : ":" + tag)
                + (digest == null ? "" : "@" + digest);
    }
}
