package io.postern.core.headers;

import io.postern.config.model.HttpConnectionManager;
import io.postern.config.model.HttpConnectionManager.ServerHeader;
import io.postern.core.format.OctetBuffer;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a connection manager does to the head of every response, its own included, just before it
 * goes to the client.
 *
 * <p>Source: Envoy's "HTTP header manipulation", compared with Envoy 1.40. Confined to one event
 * loop: it has a scratch buffer and the date of the current second.
 */
public final class ResponseHeaders {
    private static final HeaderName DATE = HeaderName.of("date");
    private static final HeaderName SERVER = HeaderName.of("server");
    private static final HeaderName FORCE_TRACE = HeaderName.of("x-envoy-force-trace");
    private static final NameSet HOP_BY_HOP =
            NameSet.of(
                    "connection", "upgrade", "transfer-encoding", "keep-alive", "proxy-connection");
    private static final NameSet HOP_BY_HOP_OF_UPGRADE =
            NameSet.of("transfer-encoding", "keep-alive", "proxy-connection");

    private final ServerHeader serverHeader;
    private final byte[] serverName;
    private final boolean alwaysSetRequestId;
    private final Via via;
    private final DateLine date = new DateLine();
    private final OctetBuffer scratch = new OctetBuffer();

    public ResponseHeaders(HttpConnectionManager manager) {
        this.serverHeader = manager.serverHeader();
        this.serverName = manager.serverName().getBytes(StandardCharsets.UTF_8);
        this.alwaysSetRequestId = manager.requestId().alwaysSetInResponse();
        this.via = new Via(manager.via());
    }

    /**
     * Brings a response head into its last form.
     *
     * @param request the request's head as it was forwarded; null when there is none to speak of
     */
    public void finish(HeaderMap response, @Nullable HeaderMap request, long epochNanos) {
        if (!response.contains(DATE)) {
            response.add(DATE, date.at(epochNanos));
        }
        addServer(response);
        boolean upgrade =
                request != null && Upgrade.isUpgrade(response) && Upgrade.isUpgrade(request);
        if (upgrade) {
            giveUpgradeALength(response);
        }
        (upgrade ? HOP_BY_HOP_OF_UPGRADE : HOP_BY_HOP).removeFrom(response);
        if (request != null && (alwaysSetRequestId || request.contains(FORCE_TRACE))) {
            int id = request.indexOf(RequestIds.NAME);
            if (id >= 0) {
                response.remove(RequestIds.NAME);
                addCopy(response, request, id);
            }
        }
        via.appendTo(response, scratch);
    }

    private void addServer(HeaderMap response) {
        switch (serverHeader) {
            case OVERWRITE -> response.set(SERVER, serverName);
            case APPEND_IF_ABSENT -> {
                if (!response.contains(SERVER)) {
                    response.add(SERVER, serverName);
                }
            }
            case PASS_THROUGH -> {}
        }
    }

    /** A response 101 must not have a length (RFC 9110 section 8.6), others would be chunked. */
    private static void giveUpgradeALength(HeaderMap response) {
        if (response.contains(HeaderName.TRANSFER_ENCODING)
                || response.contains(HeaderName.CONTENT_LENGTH)) {
            return;
        }
        int status = response.indexOf(HeaderName.STATUS);
        boolean informational =
                status >= 0
                        && response.valueLength(status) == 3
                        && response.octets()[response.valueStart(status)] == '1';
        if (!informational) {
            response.add(HeaderName.CONTENT_LENGTH, "0");
        }
    }

    private static void addCopy(HeaderMap to, HeaderMap from, int index) {
        to.add(
                from.octets(),
                from.nameStart(index),
                from.nameLength(index),
                from.octets(),
                from.valueStart(index),
                from.valueLength(index));
    }
}
