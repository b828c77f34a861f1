package io.postern.xds.oci.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.xds.oci.Json;
import io.postern.xds.oci.OciException;
import io.postern.xds.oci.Step;
import io.postern.xds.oci.Text;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What went wrong between us and a registry, in words, with what to do. */
final class Failures {
    private Failures() {}

    /** No answer, or half of one. */
    static OciException of(URI uri, IOException failure) {
        String host = uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
        return switch (failure) {
            case BodySink.TooLongException e ->
                    new OciException(
                            Step.DIGEST,
                            host + " sends more than announced or allowed: " + e.getMessage(),
                            "the registry or a proxy in front of it is broken, or it lies",
                            e);
            case BodySink.NotWrittenException e ->
                    new OciException(
                            Step.STORE,
                            "what was received cannot be written: " + cause(e),
                            "free some disk space",
                            e);
            case SSLException e ->
                    new OciException(
                            Step.CONNECT,
                            "no TLS with " + host + ": " + cause(e),
                            "give the registry's CA with --ca-file; --plain-http if it has no TLS",
                            e);
            default -> unreachable(host, failure);
        };
    }

    private static OciException unreachable(String host, IOException failure) {
        if (has(UnresolvedAddressException.class, failure)) {
            return new OciException(
                    Step.CONNECT, "unknown host " + host, "check the reference and DNS", failure);
        }
        if (has(ConnectException.class, failure)) {
            return new OciException(
                    Step.CONNECT,
                    "no connection to " + host + ": " + cause(failure),
                    "check the reference, the port and the network",
                    failure);
        }
        return new OciException(
                Step.CONNECT,
                host + " broke off: " + cause(failure),
                "try again; look at the registry's log",
                failure);
    }

    private static boolean has(Class<?> kind, Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (kind.isInstance(at)) {
                return true;
            }
        }
        return false;
    }

    static OciException late(URI uri, Duration patience, Exception cause) {
        return new OciException(
                Step.CONNECT,
                uri.getHost() + " did not answer within " + patience.toMillis() + " ms",
                "try again, or allow more time",
                cause);
    }

    private static String cause(Throwable failure) {
        @Nullable String said = null;
        for (Throwable at = failure; at != null; at = at.getCause()) {
            said = at.getMessage() == null ? said : at.getMessage();
        }
        return Text.shown(said == null ? failure.getClass().getSimpleName() : said);
    }

    /** An answer that is no good one; {@code what} was asked for. */
    static OciException status(Step step, String what, Call.Answer answer) {
        String said = words(answer);
        String told = what + ": status " + answer.status() + (said.isEmpty() ? "" : ", " + said);
        return switch (answer.status()) {
            case 401, 403 ->
                    new OciException(
                            Step.AUTH,
                            told,
                            "log in with docker login, or give a pull secret that may do this");
            case 404 ->
                    new OciException(
                            step,
                            what + ": not there" + (said.isEmpty() ? "" : ", " + said),
                            "check the name; some registries say this when a login is needed");
            case 429 ->
                    new OciException(step, told, "the registry limits requests: log in, or wait");
            default -> new OciException(step, told, "look at the registry's log");
        };
    }

    /** The registry's own explanation (distribution specification, error codes), or none. */
    private static String words(Call.Answer answer) {
        try {
            JsonNode error = Json.object(answer.text()).path("errors").path(0);
            String code = Json.text(error, "code").orElse("");
            String message = Json.text(error, "message").orElse("");
            return Text.shown(String.join(": ", code, message).strip());
        } catch (IllegalArgumentException _) {
            return isHtml(answer.text()) ? "a page of HTML" : "";
        }
    }

    /** Whether it is a page: a login form or a proxy's message, where a registry should answer. */
    static boolean isHtml(byte[] body) {
        for (byte octet : body) {
            if (octet != ' ' && octet != '\n' && octet != '\r' && octet != '\t') {
                return octet == '<';
            }
        }
        return false;
    }
}
