package io.postern.xds.server.protocol;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.postern.config.model.ResourceType;
import io.postern.xds.server.content.Domains;
import io.postern.xds.server.content.Packed;
import io.postern.xds.server.content.ResourceSet;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the streams of one lane have in common, made once: sets of names, what changed between two
 * sets for those who ask for the same names, and responses as octets. So a change costs a stream
 * that it does not concern one look into a map, whatever the number of names.
 *
 * <p>Confined to one lane. Bounded by octets; what falls out is made again.
 */
public final class ResponseCache {
    private static final long MOST_OCTETS = 32L << 20;
    private static final int ENTRY_OCTETS = 500;

    private final Map<Names, WeakReference<Names>> names = new WeakHashMap<>();
    private final SequencedMap<Key, Entry> entries = new LinkedHashMap<>();
    private final Map<ResourceType, ResourceSet> nothing = new EnumMap<>(ResourceType.class);
    private long octets;

    /** By identity: equal objects that are not the same are made twice. */
    private record Key(String kind, Object first, Object second, Object third) {
        @Override
        @SuppressWarnings("ReferenceEquality") // the point of this key
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key
                    && kind.equals(key.kind)
                    && first == key.first
                    && second == key.second
                    && third == key.third;
        }

        @Override
        public int hashCode() {
            return ((kind.hashCode() * 31 + System.identityHashCode(first)) * 31
                                    + System.identityHashCode(second))
                            * 31
                    + System.identityHashCode(third);
        }
    }

    private record Entry(Object value, long octets) {}

    /**
     * The first incremental response that leads from one set to another.
     *
     * @param changed names of what is in it
     * @param rest names of what did not fit
     * @param gone names that are to be removed later
     */
    record Batch(byte[] octets, List<String> changed, List<String> rest, List<String> gone) {}

    /** The same names, as one object for all streams. */
    Names shared(Names wanted) {
        WeakReference<Names> known = names.get(wanted);
        Names same = known == null ? null : known.get();
        if (same == null) {
            names.put(wanted, new WeakReference<>(wanted));
            same = wanted;
        }
        return same;
    }

    /** What of {@code all} is wanted. */
    ResourceSet view(Names wanted, ResourceSet all) {
        if (wanted.wildcard()) {
            return all;
        }
        var key = new Key("view", wanted, all, all);
        if (find(key) instanceof ResourceSet made) {
            return made;
        }
        ResourceSet view = all.filter(name -> wanted.wants(all.type(), name));
        return put(key, view, 50L * view.size());
    }

    /** {@code first} and what only {@code second} has. */
    ResourceSet union(ResourceSet first, ResourceSet second) {
        if (second.size() == 0 || first == second) {
            return first;
        }
        var key = new Key("union", first, second, second);
        return find(key) instanceof ResourceSet made
                ? made
                : put(key, first.with(second), 50L * second.size());
    }

    /** All of a set in one response. */
    byte[] everything(ResourceSet set) {
        var key = new Key("everything", set, set, set);
        if (find(key) instanceof byte[] made) {
            return made;
        }
        var response =
                DiscoveryResponse.newBuilder()
                        .setVersionInfo(set.version())
                        .setTypeUrl(set.type().typeUrl());
        set.all().forEach(one -> response.addResources(one.message()));
        byte[] body = response.build().toByteArray();
        return put(key, body, body.length);
    }

    /** What leads from {@code before} to {@code now}, for those who want {@code wanted}. */
    Batch batch(Names wanted, ResourceSet before, ResourceSet now) {
        var key = new Key("batch", wanted, before, now);
        if (find(key) instanceof Batch made) {
            return made;
        }
        List<String> names = new ArrayList<>();
        List<String> gone = new ArrayList<>();
        for (String name : changes(before, now)) {
            if (wanted.wants(now.type(), name)) {
                (now.find(name) == null ? gone : names).add(name);
            }
        }
        Batch batch = fill(now, names, gone);
        return put(key, batch, batch.octets().length + 50L * (names.size() + gone.size()));
    }

    private static Batch fill(ResourceSet now, List<String> names, List<String> gone) {
        List<Packed> first = new ArrayList<>();
        long size = 0;
        int taken = 0;
        for (; taken < names.size(); taken++) {
            Packed one = now.find(names.get(taken));
            if (one == null) {
                throw new IllegalStateException("bug: gone after all: " + names.get(taken));
            }
            size += one.octets();
            if (size > Limits.RESPONSE_OCTETS && !first.isEmpty()) {
                break;
            }
            first.add(one);
        }
        return new Batch(
                body(now, first, new OnDemandHosts(), List.of(), List.of()),
                List.copyOf(names.subList(0, taken)),
                List.copyOf(names.subList(taken, names.size())),
                List.copyOf(gone));
    }

    /**
     * An incremental response without its nonce.
     *
     * @param hosts by which virtual hosts were asked for
     * @param unserved hosts that none of them serves
     */
    static byte[] body(
            ResourceSet now,
            Collection<Packed> changed,
            OnDemandHosts hosts,
            List<String> unserved,
            List<String> removed) {
        var response =
                DeltaDiscoveryResponse.newBuilder()
                        .setSystemVersionInfo(now.version())
                        .setTypeUrl(now.type().typeUrl())
                        .addAllRemovedResources(removed);
        for (Packed one : changed) {
            response.addResources(
                    Resource.newBuilder()
                            .setName(one.name())
                            .addAllAliases(hosts.aliasesOf(one.name()))
                            .setVersion(one.version())
                            .setResource(one.message()));
        }
        unserved.forEach(host ->
                response.addResources(Resource.newBuilder().setName(host).addAliases(host)));
        return response.build().toByteArray();
    }

    /** An answer to who asks for a type that nobody knows: there is none. */
    static byte[] nothing(Variant variant, String typeUrl, List<String> asked) {
        return switch (variant) {
            case SOTW ->
                    DiscoveryResponse.newBuilder()
                            .setTypeUrl(typeUrl)
                            .setVersionInfo("none")
                            .build()
                            .toByteArray();
            case DELTA ->
                    DeltaDiscoveryResponse.newBuilder()
                            .setTypeUrl(typeUrl)
                            .addAllRemovedResources(asked)
                            .build()
                            .toByteArray();
        };
    }

    /** What a response ends with. */
    static byte[] nonce(Variant variant, String nonce) {
        ByteString text = ByteString.copyFromUtf8(nonce);
        return switch (variant) {
            case SOTW -> DiscoveryResponse.newBuilder().setNonceBytes(text).build().toByteArray();
            case DELTA ->
                    DeltaDiscoveryResponse.newBuilder().setNonceBytes(text).build().toByteArray();
        };
    }

    /** Names that differ between two sets. */
    @SuppressWarnings("unchecked") // of this kind of key there are only lists of names
    List<String> changes(ResourceSet before, ResourceSet now) {
        if (before == now) {
            return List.of();
        }
        var key = new Key("changes", before, now, now);
        if (find(key) instanceof List<?> made) {
            return (List<String>) made;
        }
        List<String> changes = now.changedSince(before);
        return put(key, changes, 50L * changes.size());
    }

    /** Which of some virtual hosts serves a host. */
    Domains domains(ResourceSet hosts) {
        var key = new Key("domains", hosts, hosts, hosts);
        return find(key) instanceof Domains made
                ? made
                : put(key, Domains.of(hosts), hosts.octets());
    }

    /** Octets of what differs between two sets, for those who want {@code wanted}; about. */
    long weight(Names wanted, ResourceSet before, ResourceSet now) {
        var key = new Key("weight", wanted, before, now);
        if (find(key) instanceof Long made) {
            return made;
        }
        long weight = 0;
        for (String name : changes(before, now)) {
            Packed one = now.find(name);
            if (wanted.wants(now.type(), name)) {
                weight += one == null ? name.length() : one.octets();
            }
        }
        return put(key, weight, 0);
    }

    private @Nullable Object find(Key key) {
        Entry entry = entries.remove(key);
        if (entry == null) {
            return null;
        }
        entries.putLast(key, entry);
        return entry.value();
    }

    private <T> T put(Key key, T value, long size) {
        var entry = new Entry(value, size + ENTRY_OCTETS);
        entries.putLast(key, entry);
        octets += entry.octets();
        Iterator<Entry> oldest = entries.values().iterator();
        while (octets > MOST_OCTETS && entries.size() > 1) {
            octets -= oldest.next().octets();
            oldest.remove();
        }
        return value;
    }

    /** Nothing: what a stream begins with, one object for all of them. */
    ResourceSet nothing(ResourceType type) {
        return nothing.computeIfAbsent(type, ResourceSet::empty);
    }

    /** Forgets what is made for sets that nobody gets any more. */
    public void published() {
        entries.clear();
        octets = 0;
    }
}
