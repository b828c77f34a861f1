package io.postern.core.upstream;

import io.postern.config.model.Cluster;
import io.postern.config.model.Tls;
import io.postern.core.tls.UpstreamTls;
import java.util.EnumMap;
import java.util.Map;

/**
 * TLS of a cluster: a context for each list of ALPN names that its pools offer. Built on the
 * control side, used on any event loop.
 */
final class ClusterTls {
    private final Map<Offer, UpstreamTls> contexts = new EnumMap<>(Offer.class);

    ClusterTls(Tls.Upstream config, Cluster cluster) {
        if (!cluster.healthChecks().isEmpty()) {
            add(config, Offer.HTTP1);
            add(config, Offer.HTTP2);
        }
        switch (cluster.protocol()) {
            case HTTP1 -> add(config, Offer.HTTP1);
            case HTTP2 -> add(config, Offer.HTTP2);
            case AUTO -> add(config, Offer.EITHER);
            case DOWNSTREAM -> {
                add(config, Offer.HTTP1);
                add(config, Offer.HTTP2);
            }
        }
    }

    private void add(Tls.Upstream config, Offer offer) {
        contexts.put(offer, new UpstreamTls(config, offer.alpn()));
    }

    UpstreamTls forOffer(Offer offer) {
        UpstreamTls context = contexts.get(offer);
        if (context == null) {
            throw new IllegalStateException("bug: no TLS context for " + offer);
        }
        return context;
    }
}
