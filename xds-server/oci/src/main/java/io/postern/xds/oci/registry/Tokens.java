package io.postern.xds.oci.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.xds.oci.Json;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.Step;
import io.postern.xds.oci.Text;
import io.postern.xds.oci.auth.Challenge;
import io.postern.xds.oci.auth.Credential;
import io.postern.xds.oci.auth.CredentialSource;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers a registry's 401 (distribution's token authentication specification), and remembers the
 * answer as long as it is valid. Thread-safe.
 */
final class Tokens {
    private static final int MOST_REMEMBERED = 256;
    private static final long DEFAULT_SECONDS = 60;
    private static final long LONGEST_SECONDS = 3600;
    private static final long EARLY_SECONDS = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MOST_BYTES = 1 << 20;

    /** For what a header was given. */
    private record Key(Endpoint endpoint, String repository, String actions) {}

    /** Until when it counts, in nanoseconds. */
    private record Remembered(String header, long until) {}

    private final Transport transport;
    private final CredentialSource credentials;
    private final LinkedHashMap<Key, Remembered> remembered = new LinkedHashMap<>();

    Tokens(Transport transport, CredentialSource credentials) {
        this.transport = transport;
        this.credentials = credentials;
    }

    /** What was answered before, for the same. */
    Optional<String> known(
            Endpoint endpoint, String repository, String actions, Deadline deadline) {
        synchronized (remembered) {
            Remembered found = remembered.get(new Key(endpoint, repository, actions));
            return found != null && found.until() - deadline.clock().getAsLong() > 0
                    ? Optional.of(found.header())
                    : Optional.empty();
        }
    }

    /**
     * The authorization header for what {@code refused} asks for.
     *
     * @throws OciException when we know nobody, or do not know the scheme
     */
    String answer(
            Endpoint endpoint,
            String repository,
            String actions,
            Call.Answer refused,
            Deadline deadline)
            throws InterruptedException {
        Credential who = credentials.of(endpoint.host(), endpoint.scoped(repository));
        List<Challenge> challenges =
                Challenge.parse(refused.headers().allValues("www-authenticate"));
        for (Challenge challenge : challenges) {
            if (challenge.scheme().equals("bearer")) {
                String scope = "repository:" + endpoint.scoped(repository) + ":" + actions;
                Grant grant = token(endpoint, challenge, scope, who, deadline);
                return remember(endpoint, repository, actions, grant, deadline);
            }
        }
        for (Challenge challenge : challenges) {
            if (challenge.scheme().equals("basic")) {
                var grant = new Grant(basic(endpoint, who), LONGEST_SECONDS);
                return remember(endpoint, repository, actions, grant, deadline);
            }
        }
        String asked = String.join(", ", challenges.stream().map(Challenge::scheme).toList());
        throw new OciException(
                Step.AUTH,
                endpoint.host()
                        + " asks for "
                        + (asked.isEmpty() ? "authentication of no kind" : Text.shown(asked)),
                "expected: Bearer or Basic; use a credential helper for its own kind");
    }

    private static String basic(Endpoint endpoint, Credential who) {
        return switch (who) {
            case Credential.Basic basic -> basic.header();
            case Credential.RegistryToken token -> "Bearer " + token.token();
            case Credential.Anonymous _, Credential.IdentityToken _ ->
                    throw new OciException(
                            Step.AUTH,
                            endpoint.host() + " asks for user and password, and none are known",
                            "log in with docker login "
                                    + endpoint.host()
                                    + ", or give a pull secret");
        };
    }

    private record Grant(String header, long seconds) {}

    private String remember(
            Endpoint endpoint, String repository, String actions, Grant grant, Deadline deadline) {
        long seconds = Math.clamp(grant.seconds() - EARLY_SECONDS, 0, LONGEST_SECONDS);
        long until = deadline.clock().getAsLong() + Duration.ofSeconds(seconds).toNanos();
        synchronized (remembered) {
            if (remembered.size() >= MOST_REMEMBERED) {
                remembered.pollFirstEntry();
            }
            remembered.put(
                    new Key(endpoint, repository, actions), new Remembered(grant.header(), until));
        }
        return grant.header();
    }

    private Grant token(
            Endpoint endpoint, Challenge challenge, String scope, Credential who, Deadline deadline)
            throws InterruptedException {
        URI realm = realm(endpoint, challenge);
        Map<String, String> asked = new LinkedHashMap<>();
        if (!challenge.get("service").isEmpty()) {
            asked.put("service", challenge.get("service"));
        }
        asked.put("scope", scope);
        Call call;
        switch (who) {
            case Credential.RegistryToken token -> {
                return new Grant("Bearer " + token.token(), DEFAULT_SECONDS);
            }
            case Credential.IdentityToken token -> {
                asked.put("grant_type", "refresh_token");
                asked.put("client_id", "postern");
                asked.put("refresh_token", token.token());
                String form = form(asked);
                call =
                        call("POST", realm, form)
                                .with("content-type", "application/x-www-form-urlencoded");
            }
            case Credential.Basic basic ->
                    call =
                            call("GET", query(realm, asked), "")
                                    .with("authorization", basic.header());
            case Credential.Anonymous _ -> call = call("GET", query(realm, asked), "");
        }
        Call.Answer answer = transport.send(call, deadline);
        if (!answer.good()) {
            throw Failures.status(
                    Step.AUTH,
                    "the token server " + realm.getHost() + " refuses " + name(who),
                    answer);
        }
        return grant(realm, answer);
    }

    private static String name(Credential who) {
        return who instanceof Credential.Anonymous
                ? "to let us in without a login"
                : who.toString();
    }

    private static Grant grant(URI realm, Call.Answer answer) {
        try {
            JsonNode json = Json.object(((ByteArrayOutputStream) answer.stream()).toByteArray());
            Optional<String> token =
                    Json.text(json, "token").or(() -> Json.text(json, "access_token"));
            if (token.isPresent() && token.get().chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                long seconds = json.path("expires_in").asLong(DEFAULT_SECONDS);
                return new Grant("Bearer " + token.get(), seconds);
            }
        } catch (IllegalArgumentException _) {
            // refused below
        }
        throw new OciException(
                Step.AUTH,
                "the token server " + realm.getHost() + " answers without a token",
                "expected: JSON with 'token' or 'access_token'");
    }

    private static URI realm(Endpoint endpoint, Challenge challenge) {
        String told = challenge.get("realm");
        try {
            URI realm = URI.create(told);
            boolean tls = "https".equalsIgnoreCase(realm.getScheme());
            boolean plain = "http".equalsIgnoreCase(realm.getScheme()) && endpoint.plain();
            if (realm.getHost() != null && (tls || plain)) {
                Transport.checkTarget(realm);
                return realm;
            }
        } catch (IllegalArgumentException _) {
            // refused below
        }
        throw new OciException(
                Step.AUTH,
                endpoint.host() + " names '" + Text.shown(told) + "' as its token server",
                "expected: an https URL");
    }

    private static Call call(String method, URI uri, String form) {
        return new Call(
                method,
                uri,
                Map.of("accept", "application/json", "user-agent", Session.AGENT),
                form.isEmpty() ? null : () -> HttpRequest.BodyPublishers.ofString(form),
                ByteArrayOutputStream::new,
                MOST_BYTES,
                PATIENCE);
    }

    private static URI query(URI realm, Map<String, String> asked) {
        String separator = realm.getRawQuery() == null ? "?" : "&";
        return URI.create(realm + separator + form(asked));
    }

    private static String form(Map<String, String> fields) {
        var pairs = new java.util.ArrayList<String>();
        fields.forEach((name, value) ->
                pairs.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return String.join("&", pairs);
    }
}
