package io.postern.core.headers;

import io.postern.config.model.HttpConnectionManager.AddressDetection;
import io.postern.core.format.OctetBuffer;
import io.postern.sdk.HeaderMap;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The configured ways to the client's address, for requests whose connection does not tell it.
 *
 * <p>Source: Envoy's original_ip_detection extensions. Thread-safe: immutable.
 */
final class OriginalAddress {
    private final List<AddressDetection> detections;
    private final List<List<AddressRange>> proxies;

    /**
     * What was found.
     *
     * @param mayBeInternal whether an internal address makes an internal request
     * @param append whether x-forwarded-for gets the connection's address
     * @param rejectStatus other than 0: the request is refused
     */
    record Found(
            @Nullable InetAddress address,
            boolean mayBeInternal,
            boolean append,
            int rejectStatus) {
        private static final Found NOTHING = new Found(null, false, false, 0);

        /** Envoy adds its address whatever {@code skip_xff_append} says. */
        private static final Found NOT_TRUSTED = new Found(null, false, true, 0);
    }

    OriginalAddress(List<AddressDetection> detections) {
        this.detections = detections;
        this.proxies =
                detections.stream()
                        .map(detection ->
                                detection instanceof AddressDetection.TrustedProxies(var ranges, _)
                                        ? ranges.stream().map(AddressRange::of).toList()
                                        : List.<AddressRange>of())
                        .toList();
    }

    boolean isConfigured() {
        return !detections.isEmpty();
    }

    /**
     * As in Envoy each way that adds the connection's address does so whether it found one or not.
     *
     * @param peer the other end of the connection; null when it has no IP address
     * @param text {@code peer} as it is added to x-forwarded-for
     */
    Found find(
            HeaderMap head,
            @Nullable InetAddress peer,
            byte @Nullable [] text,
            OctetBuffer scratch) {
        for (int i = 0; i < detections.size(); i++) {
            Found found = find(detections.get(i), proxies.get(i), head, peer);
            if (found.append && text != null) {
                ForwardedFor.append(head, text, scratch);
            }
            if (found.address != null || found.rejectStatus != 0) {
                return found;
            }
        }
        return Found.NOTHING;
    }

    private static Found find(
            AddressDetection detection,
            List<AddressRange> proxies,
            HeaderMap head,
            @Nullable InetAddress peer) {
        return switch (detection) {
            case AddressDetection.ForwardedFor(int hops, boolean append) ->
                    new Found(
                            ForwardedFor.last(head, hops),
                            hops == 0 && ForwardedFor.isSingle(head),
                            append,
                            0);
            case AddressDetection.TrustedProxies(_, boolean append) ->
                    peer != null && contains(proxies, peer)
                            ? new Found(beforeProxies(head, proxies), false, append, 0)
                            : Found.NOT_TRUSTED;
            case AddressDetection.Header(var name, boolean trusted, int rejectStatus) -> {
                int at = head.indexOf(name);
                InetAddress address =
                        at < 0
                                ? null
                                : IpText.parse(
                                        head.octets(), head.valueStart(at), head.valueLength(at));
                yield address == null
                        ? new Found(null, false, false, rejectStatus)
                        : new Found(address, trusted, false, 0);
            }
        };
    }

    // From the end: the first that is no proxy, or the leftmost one when all are. What cannot be
    // read ends the search without a result.
    private static @Nullable InetAddress beforeProxies(HeaderMap head, List<AddressRange> proxies) {
        InetAddress last = null;
        int count = ForwardedFor.count(head);
        for (int skip = 0; skip < count; skip++) {
            last = ForwardedFor.last(head, skip);
            if (last == null || !contains(proxies, last)) {
                break;
            }
        }
        return last;
    }

    private static boolean contains(List<AddressRange> ranges, InetAddress address) {
        for (AddressRange range : ranges) {
            if (range.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
