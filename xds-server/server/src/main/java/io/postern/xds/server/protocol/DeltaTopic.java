package io.postern.xds.server.protocol;

import io.postern.config.model.ResourceType;
import io.postern.xds.server.content.Packed;
import io.postern.xds.server.content.ResourceSet;
import io.postern.xds.server.protocol.ResponseCache.Batch;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One type on an incremental stream.
 *
 * <p>What the node has is not kept name by name: it is what it asks for of {@code base}, except
 * where {@code deviations} says otherwise. When everything was sent there are none, and a stream
 * keeps a reference, whatever the number of resources.
 */
final class DeltaTopic extends Topic {
    /** The node has nothing, or asked again: it is told in any case. */
    private static final String NOTHING = "";

    private ResourceSet base;
    private TreeMap<String, String> deviations = new TreeMap<>();
    private final OnDemandHosts hosts = new OnDemandHosts();
    private boolean begun;
    private boolean owesAnswer;

    DeltaTopic(ResourceType type, ResponseCache cache) {
        super(type, cache);
        this.base = cache.nothing(type);
    }

    @Override
    void onAsk(Ask ask, ResourceSet current) {
        if (begun) {
            answered(ask, current);
            if (!ask.unwanted().isEmpty()) {
                unsubscribe(ask.unwanted());
            }
            if (!ask.names().isEmpty()) {
                subscribe(ask.names());
            }
        } else {
            begun = true;
            begin(ask, current);
        }
    }

    // A first request without names asks for everything, as does "*".
    private void begin(Ask ask, ResourceSet current) {
        names(ask.names().isEmpty() ? Names.ALL : Names.of(ask.names()));
        owesAnswer = names().wildcard();
        if (ask.held().size() > Limits.NAMES) {
            throw new StreamException(
                    StreamException.Reason.RESOURCE_EXHAUSTED,
                    ask.held().size()
                            + " initial_resource_versions (expected: at most "
                            + Limits.NAMES
                            + ")");
        }
        if (!ask.held().isEmpty()) {
            base = current;
            for (Packed one : current.all()) {
                String held = ask.held().getOrDefault(one.name(), NOTHING);
                if (wants(one.name()) && !held.equals(one.version())) {
                    deviations.put(one.name(), held);
                }
            }
            ask.held()
                    .forEach((name, version) -> {
                        if (wants(name) && current.find(name) == null) {
                            deviations.put(name, version);
                        }
                    });
        }
        for (String name : names().explicit()) {
            if (current.find(name) == null && !isTable(name, current)) {
                deviations.putIfAbsent(name, NOTHING);
            }
        }
    }

    // Of virtual hosts those of a table are asked for by its name.
    private boolean isTable(String name, ResourceSet current) {
        return type() == ResourceType.VIRTUAL_HOST
                && current.all().stream().anyMatch(one -> one.name().startsWith(name + "/"));
    }

    private void subscribe(List<String> more) {
        Names before = names();
        names(before.with(more));
        Set<String> asked = new HashSet<>(more);
        for (Packed one : base.all()) {
            String name = one.name();
            boolean isNew = wants(name) && !before.wants(type(), name);
            if (isNew || asked.contains(name)) {
                deviations.put(name, NOTHING);
            }
        }
        for (String name : names().explicit()) {
            if (asked.contains(name) && base.find(name) == null && !isTable(name, base)) {
                deviations.put(name, NOTHING);
            }
        }
        owesAnswer |= names().wildcard() && !before.wildcard();
    }

    // What is still wanted because everything is, is said again, or that there is none.
    private void unsubscribe(List<String> fewer) {
        Names before = names();
        names(before.without(fewer));
        hosts.forget(fewer);
        deviations.keySet().removeIf(name -> !wants(name));
        for (String name : fewer) {
            if (before.explicit().contains(name) && wants(name)) {
                deviations.put(name, NOTHING);
            }
        }
    }

    @Override
    @Nullable Outgoing nextChanges(ResourceSet current, long nowNanos) {
        if (isWaiting() || !begun) {
            return null;
        }
        if (base != current) {
            if (deviations.isEmpty() && hosts.isEmpty()) {
                return common(current, nowNanos);
            }
            for (String name : cache().changes(base, current)) {
                if (wants(name)) {
                    deviations.putIfAbsent(name, base.versionOf(name));
                }
            }
            base = current;
            if (!hosts.isEmpty()) {
                hosts.moved(cache().domains(base)).forEach(host -> deviations.put(host, NOTHING));
            }
        }
        return deviations.isEmpty() && !owesAnswer ? null : particular(nowNanos);
    }

    // As for every stream that asks for the same and has the same.
    private @Nullable Outgoing common(ResourceSet current, long nowNanos) {
        Batch batch = cache().batch(names(), base, current);
        batch.gone().forEach(name -> deviations.put(name, base.versionOf(name)));
        batch.rest().forEach(name -> deviations.put(name, base.versionOf(name)));
        base = current;
        if (batch.changed().isEmpty() && !owesAnswer) {
            return null;
        }
        return send(batch.octets(), batch.changed(), List.of(), nowNanos);
    }

    private @Nullable Outgoing particular(long nowNanos) {
        Map<String, Packed> changed = new LinkedHashMap<>();
        List<String> unknown = new ArrayList<>();
        List<String> unserved = new ArrayList<>();
        long octets = 0;
        var left = new TreeMap<String, String>();
        for (var deviation : deviations.entrySet()) {
            String name = deviation.getKey();
            String held = deviation.getValue();
            boolean onDemand = isOnDemand(name, held);
            Packed now = onDemand ? serving(name) : base.find(name);
            long size = now == null ? name.length() : now.octets();
            boolean later = now == null && !held.equals(NOTHING);
            boolean fits = octets == 0 || octets + size <= Limits.RESPONSE_OCTETS;
            if (later || !fits) {
                left.put(name, held);
            } else if (now == null) {
                (onDemand ? unserved : unknown).add(name);
                octets += size;
            } else if (!held.equals(now.version()) && changed.put(now.name(), now) == null) {
                octets += size;
            }
        }
        deviations = left;
        if (changed.isEmpty() && unknown.isEmpty() && unserved.isEmpty() && !owesAnswer) {
            return null;
        }
        return send(
                ResponseCache.body(base, changed.values(), hosts, unserved, unknown),
                List.copyOf(changed.keySet()),
                unknown,
                nowNanos);
    }

    // A host and no resource: of a virtual host that is gone the node has a version.
    private boolean isOnDemand(String name, String held) {
        return type() == ResourceType.VIRTUAL_HOST
                && held.equals(NOTHING)
                && name.indexOf('/') > 0
                && base.find(name) == null;
    }

    private @Nullable Packed serving(String host) {
        return base.find(hosts.ask(host, cache().domains(base)));
    }

    @Override
    boolean wants(String name) {
        return super.wants(name) || hosts.isServedBy(name);
    }

    @Override
    @Nullable Outgoing nextRemovals(ResourceSet current, long nowNanos) {
        if (isWaiting() || deviations.isEmpty()) {
            return null;
        }
        List<String> removed = new ArrayList<>();
        long octets = 0;
        while (!deviations.isEmpty() && octets < Limits.RESPONSE_OCTETS) {
            String name = deviations.firstKey();
            deviations.remove(name);
            removed.add(name);
            octets += name.length();
        }
        return send(
                ResponseCache.body(base, List.of(), hosts, List.of(), removed),
                List.of(),
                removed,
                nowNanos);
    }

    private Outgoing send(byte[] body, List<String> changed, List<String> removed, long nowNanos) {
        owesAnswer = false;
        byte[] own = ResponseCache.nonce(Variant.DELTA, nextNonce());
        return sent(new Outgoing(type().typeUrl(), body, own, changed, removed), nowNanos);
    }

    @Override
    long owed(ResourceSet current) {
        if (isWaiting() || !begun) {
            return 0;
        }
        long octets = base == current ? 0 : cache().weight(names(), base, current);
        for (String name : deviations.keySet()) {
            Packed now = current.find(name);
            octets += now == null ? name.length() : now.octets();
        }
        return octets;
    }

    @Override
    void refresh(Set<String> again) {
        for (String name : again) {
            if (wants(name) && base.find(name) != null) {
                deviations.put(name, NOTHING);
            }
        }
    }

    @Override
    String held(String name) {
        return deviations.getOrDefault(name, base.versionOf(name));
    }

    @Override
    List<String> judged(Outgoing what) {
        return what.changed();
    }
}
