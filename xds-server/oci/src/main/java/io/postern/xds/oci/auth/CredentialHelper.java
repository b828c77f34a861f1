package io.postern.xds.oci.auth;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.xds.oci.Json;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.Step;
import io.postern.xds.oci.Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Asks a program {@code docker-credential-NAME} (docker's credential helper protocol): the registry
 * on its standard input, JSON on its standard output.
 */
final class CredentialHelper {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final int MOST_BYTES = 1 << 16;
    private static final String NONE = "credentials not found";

    private final Duration patience;
    private final Function<String, List<String>> command;

    CredentialHelper(Duration patience) {
        this(patience, program -> List.of(program, "get"));
    }

    /**
     * @param command how a program is run
     */
    CredentialHelper(Duration patience, Function<String, List<String>> command) {
        this.patience = patience;
        this.command = command;
    }

    Credential ask(String name, String registry) throws InterruptedException {
        if (!NAME.matcher(name).matches()) {
            throw failed(name, "its name is no program's", "correct docker's config.json");
        }
        String program = "docker-credential-" + name;
        try {
            return answer(program, registry);
        } catch (IOException e) {
            throw new OciException(
                    Step.AUTH,
                    program + " cannot be run: " + Text.shown(String.valueOf(e.getMessage())),
                    "install it, or remove it from docker's config.json",
                    e);
        }
    }

    private Credential answer(String program, String registry)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command.apply(program)).redirectErrorStream(true).start();
        try {
            Thread reaper = Thread.ofVirtual().start(() -> endLate(process));
            try (var in = process.getOutputStream()) {
                in.write(registry.getBytes(StandardCharsets.UTF_8));
            } catch (IOException _) {
                // it does not read its input: what it says or its status tells why
            }
            String said;
            try (InputStream out = process.getInputStream()) {
                said = new String(out.readNBytes(MOST_BYTES), StandardCharsets.UTF_8).strip();
            }
            int status = process.waitFor();
            reaper.interrupt();
            return credential(program, status, said);
        } finally {
            process.destroyForcibly();
        }
    }

    private void endLate(Process process) {
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            // it ended in time
        }
    }

    private static Credential credential(String program, int status, String said) {
        if (status != 0) {
            if (said.contains(NONE)) {
                return new Credential.Anonymous();
            }
            throw failed(
                    program, "ended with " + status + ": " + Text.shown(said), "run it by hand");
        }
        try {
            JsonNode json = Json.object(said.getBytes(StandardCharsets.UTF_8));
            String user = Json.text(json, "Username").orElse("");
            String secret = Json.text(json, "Secret").orElse("");
            return user.equals("<token>")
                    ? new Credential.IdentityToken(secret)
                    : new Credential.Basic(user, secret);
        } catch (IllegalArgumentException _) {
            // what it printed may hold a secret: it is not repeated
            throw failed(program, "printed no credential", "run it by hand");
        }
    }

    private static OciException failed(String program, String what, String cure) {
        return new OciException(
                Step.AUTH, "credential helper " + Text.shown(program) + ": " + what, cure);
    }
}
