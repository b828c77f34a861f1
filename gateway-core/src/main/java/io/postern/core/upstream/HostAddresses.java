package io.postern.core.upstream;

import io.postern.sdk.UpstreamEndpoint;
import io.postern.sdk.UpstreamEndpoint.Health;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The hosts of a cluster by their addresses, for filters that choose one themselves. Made when it
 * is first asked for, since few filters do. Confined to the event loop.
 */
final class HostAddresses {
    private final Map<String, HostOnWorker> hosts;

    HostAddresses(Collection<HostOnWorker> all) {
        hosts = HashMap.newHashMap(all.size());
        for (HostOnWorker host : all) {
            hosts.put(AddressText.of(host.address()), host);
        }
    }

    /** The host at this address; null when there is none, or it is unhealthy. */
    @Nullable HostOnWorker usable(String address) {
        HostOnWorker host = hosts.get(address);
        // Envoy's override_host_status, of which this is the default
        return host == null || health(host.spec()) == Health.UNHEALTHY ? null : host;
    }

    List<UpstreamEndpoint> endpoints() {
        List<UpstreamEndpoint> list = new ArrayList<>(hosts.size());
        hosts.forEach((address, host) ->
                list.add(new UpstreamEndpoint(address, health(host.spec()), host.spec().weight())));
        return list;
    }

    private static Health health(HostSpec spec) {
        if (spec.isHealthy()) {
            return Health.HEALTHY;
        }
        return spec.isDegraded() ? Health.DEGRADED : Health.UNHEALTHY;
    }
}
