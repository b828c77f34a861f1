package io.postern.xds.oci.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.postern.xds.oci.Json;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.Reference;
import io.postern.xds.oci.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Docker's {@code config.json}, also podman's {@code auth.json} and a Kubernetes pull secret
 * ({@code .dockerconfigjson}): the key that is the longest prefix of {@code host/repository}
 * counts.
 */
public final class DockerConfig implements CredentialSource {
    private static final Duration HELPER_PATIENCE = Duration.ofSeconds(30);
    private static final String HUB_KEY = "https://index.docker.io/v1/";
    private static final List<String> HUB_HOSTS =
            List.of("index.docker.io", "docker.io", "registry-1.docker.io");

    private final ObjectNode config;
    private final boolean helpersAllowed;

    private DockerConfig(ObjectNode config, boolean helpersAllowed) {
        this.config = config;
        this.helpersAllowed = helpersAllowed;
    }

    /** A user's own file; its helpers are run. Without the file nobody is known. */
    public static CredentialSource file(Path file) {
        try {
            return new DockerConfig(Json.object(Files.readAllBytes(file)), true);
        } catch (java.nio.file.NoSuchFileException _) {
            return CredentialSource.anonymous();
        } catch (IOException | IllegalArgumentException e) {
            throw new OciException(
                    Step.AUTH,
                    file + " cannot be read: " + e.getMessage(),
                    "expected: docker's config.json",
                    e);
        }
    }

    /** A pull secret; whoever may write one may not start programs here. */
    public static CredentialSource pullSecret(byte[] json) {
        try {
            return new DockerConfig(Json.object(json), false);
        } catch (IllegalArgumentException e) {
            throw new OciException(
                    Step.AUTH,
                    "the pull secret is " + e.getMessage(),
                    "expected: the .dockerconfigjson of a secret of type"
                            + " kubernetes.io/dockerconfigjson",
                    e);
        }
    }

    /** Where docker and podman keep it: {@code DOCKER_CONFIG}, {@code REGISTRY_AUTH_FILE}, home. */
    public static CredentialSource ofUser(Map<String, String> environment) {
        String docker = environment.getOrDefault("DOCKER_CONFIG", "");
        String podman = environment.getOrDefault("REGISTRY_AUTH_FILE", "");
        String home = environment.getOrDefault("HOME", "");
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        var sources = new java.util.ArrayList<CredentialSource>();
        if (!podman.isEmpty()) {
            sources.add(file(Path.of(podman)));
        }
        if (!docker.isEmpty() || !home.isEmpty()) {
            Path directory = docker.isEmpty() ? Path.of(home, ".docker") : Path.of(docker);
            sources.add(file(directory.resolve("config.json")));
        }
        if (!runtime.isEmpty()) {
            sources.add(file(Path.of(runtime, "containers", "auth.json")));
        }
        return CredentialSource.firstOf(sources);
    }

    @Override
    public Credential of(String registry, String repository) throws InterruptedException {
        boolean hub = registry.equals(Reference.DOCKER_HUB);
        Optional<String> helper = hub ? helper(HUB_KEY, HUB_HOSTS) : helper(registry, List.of());
        if (helpersAllowed && helper.isPresent()) {
            String asked = hub ? HUB_KEY : registry;
            Credential found = new CredentialHelper(HELPER_PATIENCE).ask(helper.get(), asked);
            if (!(found instanceof Credential.Anonymous)) {
                return found;
            }
        }
        return written(registry, repository, hub);
    }

    private Optional<String> helper(String key, List<String> others) {
        JsonNode helpers = config.path("credHelpers");
        for (String other : others) {
            if (helpers.has(other)) {
                return Json.text(helpers, other);
            }
        }
        return Json.text(helpers, key).or(() -> Json.text(config, "credsStore"));
    }

    private Credential written(String registry, String repository, boolean hub) {
        String best = "";
        Credential found = new Credential.Anonymous();
        for (Map.Entry<String, JsonNode> entry : config.path("auths").properties()) {
            String key = bare(entry.getKey());
            boolean fits = fits(key, registry, repository);
            for (String host : hub ? HUB_HOSTS : List.<String>of()) {
                fits |= fits(key, host, repository);
            }
            if (fits && key.length() >= best.length()) {
                Credential written = credential(entry.getKey(), entry.getValue());
                if (!(written instanceof Credential.Anonymous)) {
                    best = key;
                    found = written;
                }
            }
        }
        return found;
    }

    /**
     * A key covers its host, or only a part of its repositories; {@code *.} stands for one label.
     */
    private static boolean fits(String key, String host, String repository) {
        int slash = key.indexOf('/');
        String keyHost = slash < 0 ? key : key.substring(0, slash);
        String path = slash < 0 ? "" : key.substring(slash + 1);
        int dot = host.indexOf('.');
        boolean sameHost =
                keyHost.equalsIgnoreCase(host)
                        || (keyHost.startsWith("*.")
                                && dot > 0
                                && keyHost.substring(1).equalsIgnoreCase(host.substring(dot)));
        return sameHost
                && (path.isEmpty() || repository.equals(path) || repository.startsWith(path + "/"));
    }

    private static String bare(String key) {
        String host =
                key.substring(key.startsWith("https://") ? 8 : key.startsWith("http://") ? 7 : 0);
        for (String suffix : List.of("/", "/v1", "/v2")) {
            host =
                    host.endsWith(suffix)
                            ? host.substring(0, host.length() - suffix.length())
                            : host;
        }
        return host;
    }

    private static Credential credential(String key, JsonNode entry) {
        Optional<String> identity = Json.text(entry, "identitytoken");
        Optional<String> token = Json.text(entry, "registrytoken");
        Optional<String> pair = Json.text(entry, "auth");
        Optional<String> user = Json.text(entry, "username");
        if (identity.isPresent()) {
            return new Credential.IdentityToken(identity.get());
        }
        if (token.isPresent()) {
            return new Credential.RegistryToken(token.get());
        }
        if (pair.isPresent()) {
            return basic(key, pair.get());
        }
        return user.isPresent()
                ? new Credential.Basic(user.get(), Json.text(entry, "password").orElse(""))
                : new Credential.Anonymous();
    }

    private static Credential basic(String key, String encoded) {
        String expected = "expected: USER:PASSWORD in base64; docker login writes it";
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(encoded);
            String pair = new String(bytes, StandardCharsets.UTF_8).replace("\0", "");
            int colon = pair.indexOf(':');
            if (colon > 0) {
                return new Credential.Basic(pair.substring(0, colon), pair.substring(colon + 1));
            }
        } catch (IllegalArgumentException _) {
            // refused below, without repeating a secret
        }
        throw new OciException(Step.AUTH, "the 'auth' of " + key + " is malformed", expected);
    }
}
