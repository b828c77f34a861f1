package io.postern.config.snapshot;

import io.postern.config.envoy.LiveResources;
import io.postern.config.envoy.LiveResources.Refused;
import io.postern.config.envoy.LiveResources.Resource;
import io.postern.config.envoy.LiveResources.State;
import io.postern.config.model.Cluster;
import io.postern.config.model.Listener;
import io.postern.config.model.ResourceType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Everything that was delivered, written down for people. Control thread. */
final class LiveDump {
    private static final String NOT_COME = "uninitialized"; // Envoy's word

    private final List<Resource> all = new ArrayList<>();
    private final Instant now;

    private LiveDump(Instant now) {
        this.now = now;
    }

    static LiveDump of(
            Family<Cluster> clusters, Family<Listener> listeners, Library library, Instant now) {
        var dump = new LiveDump(now);
        dump.add(ResourceType.CLUSTER, clusters);
        dump.add(ResourceType.LISTENER, listeners);
        dump.add(library);
        return dump;
    }

    LiveResources with(String clustersVersion, String listenersVersion) {
        return new LiveResources(clustersVersion, listenersVersion, all);
    }

    private void add(ResourceType type, Family<?> family) {
        family.members().values().forEach(member -> add(type, member));
        family.neverServed()
                .forEach((name, rejection) -> {
                    Refused refused = refused(rejection);
                    all.add(new Resource(type, name, State.REFUSED, "", null, now, refused));
                });
    }

    private void add(ResourceType type, TopLevel<?> member) {
        Delivered delivered = member.delivered();
        Delivered served = member.servedFrom();
        if (delivered.isStatic()) {
            return;
        }
        Rejection rejection = member.rejection();
        Refused refused = rejection == null ? null : refused(rejection);
        if (served != null) {
            all.add(resource(type, State.ACTIVE, served, refused));
        }
        if (served == null || !served.saysTheSame(delivered)) {
            all.add(resource(type, State.WARMING, delivered, served == null ? refused : null));
        }
    }

    private void add(Library library) {
        Set<Reference> seen = new HashSet<>();
        library.all()
                .forEach((reference, one) -> {
                    if (!one.isStatic()) {
                        seen.add(reference);
                        Rejection rejection = library.refused().get(reference);
                        all.add(
                                resource(
                                        reference.type(),
                                        State.ACTIVE,
                                        one,
                                        rejection == null ? null : refused(rejection)));
                    }
                });
        library.refused()
                .forEach((reference, rejection) -> {
                    if (seen.add(reference)) {
                        all.add(bare(reference, State.REFUSED, refused(rejection)));
                    }
                });
        for (Reference reference : library.awaited()) {
            if (reference.type() == ResourceType.SECRET) {
                all.add(bare(reference, State.WARMING, null));
            }
        }
    }

    private Resource bare(Reference reference, State state, @Nullable Refused refused) {
        String version = state == State.WARMING ? NOT_COME : "";
        return new Resource(reference.type(), reference.name(), state, version, null, now, refused);
    }

    private static Resource resource(
            ResourceType type, State state, Delivered one, @Nullable Refused refused) {
        return new Resource(
                type, one.name(), state, one.version(), one.message(), one.updated(), refused);
    }

    private static Refused refused(Rejection rejection) {
        return new Refused(
                rejection.version(), rejection.time(), rejection.details(), rejection.message());
    }
}
