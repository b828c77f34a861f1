package io.postern.xds.oci.registry;

import io.postern.xds.oci.OciException;
import io.postern.xds.oci.Reference;
import io.postern.xds.oci.Step;
import io.postern.xds.oci.Text;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which endpoints stand for which registry. Immutable.
 *
 * @param mirrors by registry: {@code host[:port][/prefix]}, tried in their order before the
 *     registry itself
 * @param plainHttp hosts that are asked without TLS
 */
public record Endpoints(Map<String, List<String>> mirrors, Set<String> plainHttp) {
    private static final String HUB_HOST = "registry-1.docker.io";

    public Endpoints {
        mirrors = Map.copyOf(mirrors);
        plainHttp = Set.copyOf(plainHttp);
    }

    /** No mirrors, TLS everywhere. */
    public static Endpoints ordinary() {
        return new Endpoints(Map.of(), Set.of());
    }

    /** The registry itself: for what is written, and for signatures. */
    public Endpoint origin(Reference reference) {
        return endpoint(reference.registry(), "");
    }

    /** Its mirrors, then itself. */
    public List<Endpoint> of(Reference reference) {
        var all = new ArrayList<Endpoint>();
        for (String mirror : mirrors.getOrDefault(reference.registry(), List.of())) {
            int slash = mirror.indexOf('/');
            String host = slash < 0 ? mirror : mirror.substring(0, slash);
            String prefix = slash < 0 ? "" : mirror.substring(slash + 1);
            all.add(
                    endpoint(
                            host,
                            prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/"));
        }
        all.add(origin(reference));
        return all;
    }

    private Endpoint endpoint(String host, String prefix) {
        String scheme = plainHttp.contains(host) ? "http://" : "https://";
        String real = host.equals(Reference.DOCKER_HUB) ? HUB_HOST : host;
        try {
            return new Endpoint(host, URI.create(scheme + real), prefix);
        } catch (IllegalArgumentException e) {
            throw new OciException(
                    Step.REFERENCE,
                    "'" + Text.shown(host) + "' is no host",
                    "expected: host[:port]",
                    e);
        }
    }
}
