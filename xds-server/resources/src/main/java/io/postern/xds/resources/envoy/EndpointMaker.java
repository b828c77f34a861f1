package io.postern.xds.resources.envoy;

import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.postern.xds.resources.attach.Inventory;
import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.document.Tree;
import java.util.Map;
import java.util.TreeMap;

/** Finds the endpoints of Services, in their EndpointSlices, and of Backends. */
final class EndpointMaker {
    private static final int MAX_WEIGHT = 128;

    private final Inventory inventory;

    EndpointMaker(Inventory inventory) {
        this.inventory = inventory;
    }

    /**
     * Endpoints by address and port, in their order.
     *
     * @param names whether some are to be resolved
     */
    record Endpoints(Map<String, LbEndpoint> endpoints, boolean names) {
        LocalityLbEndpoints locality() {
            return LocalityLbEndpoints.newBuilder().addAllLbEndpoints(endpoints.values()).build();
        }
    }

    Endpoints of(Upstream upstream) {
        return upstream.isService() ? service(upstream) : backend(upstream.backend());
    }

    private static Endpoints backend(Document backend) {
        var endpoints = new TreeMap<String, LbEndpoint>();
        boolean names = false;
        for (var one : backend.spec().items("endpoints")) {
            names |= one.has("hostname");
            put(
                    endpoints,
                    one.text("address", one.text("hostname")),
                    one.number("port", 0),
                    one.number("weight", 1));
        }
        return new Endpoints(endpoints, names);
    }

    private Endpoints service(Upstream upstream) {
        var service = upstream.backend();
        var endpoints = new TreeMap<String, LbEndpoint>();
        if (service.spec().text("type").equals("ExternalName")) {
            put(endpoints, service.spec().text("externalName"), upstream.port(), 1);
            return new Endpoints(endpoints, true);
        }
        boolean names = false;
        for (var slice : inventory.slices(service)) {
            names |= slice.root().text("addressType").equals("FQDN");
            for (var port : slice.root().items("ports")) {
                if (port.text("name").equals(upstream.portName())) {
                    slice(slice.root(), port.number("port", upstream.port()), endpoints);
                }
            }
        }
        return new Endpoints(endpoints, names);
    }

    private static void slice(Tree slice, int port, Map<String, LbEndpoint> endpoints) {
        for (var endpoint : slice.items("endpoints")) {
            var conditions = endpoint.at("conditions");
            if (!conditions.has("ready") || conditions.truth("ready")) {
                endpoint.texts("addresses").forEach(address -> put(endpoints, address, port, 1));
            }
        }
    }

    private static void put(
            Map<String, LbEndpoint> endpoints, String address, int port, int weight) {
        var endpoint =
                LbEndpoint.newBuilder()
                        .setEndpoint(
                                Endpoint.newBuilder().setAddress(Protos.address(address, port)));
        if (weight != 1) {
            endpoint.setLoadBalancingWeight(Protos.number(Math.min(weight, MAX_WEIGHT)));
        }
        endpoints.put(address + " " + port, endpoint.build());
    }
}
