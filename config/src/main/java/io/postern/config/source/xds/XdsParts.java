package io.postern.config.source.xds;

import java.util.random.RandomGenerator;

/** What subscriptions are made with. */
record XdsParts(
        DiscoveryTransport transport,
        Control control,
        Identity identity,
        ResourceSink sink,
        ControlPlaneStats stats,
        RandomGenerator random) {}
