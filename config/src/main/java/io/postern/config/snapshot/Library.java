package io.postern.config.snapshot;

import com.google.protobuf.Int64Value;
import io.postern.config.envoy.References;
import io.postern.config.envoy.ResourceTranslator;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.ResourceType;
import io.postern.config.model.RuntimeLayers;
import io.postern.config.model.XdstpNames;
import io.postern.config.source.Place;
import io.postern.config.source.SourceNode.NullNode;
import io.postern.config.source.Spot;
import io.postern.config.source.xds.Update;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The resources that others refer to, and who asked for what. Control thread. */
final class Library implements References {
    private final XdstpNames names;
    private final Map<Reference, Delivered> delivered = new LinkedHashMap<>();
    private static final Spot NOWHERE = Spot.root(new NullNode(Place.of("")));

    private final Map<Reference, Delivered> collections = new HashMap<>();
    private long rounds;
    private final Set<Reference> givenUp = new HashSet<>();
    private final Map<Reference, Rejection> refused = new HashMap<>();
    private Set<Reference> referredTo = Set.of();
    private Memory memory = new Memory();
    private RuntimeLayers runtime = RuntimeLayers.DEFAULT;
    private boolean runtimeAsked;
    private Set<String> clusterNames = Set.of();
    private Map<Reference, @Nullable Delivered> asked = new LinkedHashMap<>();
    private Set<Reference> missing = new LinkedHashSet<>();

    /**
     * @param names where resources come from whose names say it
     */
    Library(XdstpNames names) {
        this.names = names;
    }

    @Override
    public @Nullable Found find(ResourceType type, @Nullable ConfigSource given, String name) {
        ConfigSource source = names.sourceOf(name, given);
        var reference = new Reference(type, source, name);
        Delivered known = get(reference);
        asked.put(reference, known);
        if (known == null && source != null && !givenUp.contains(reference)) {
            missing.add(reference);
        }
        return known == null ? null : new Found(known.message(), known.spot());
    }

    @Override
    public @Nullable Found findNow(ResourceType type, @Nullable ConfigSource given, String name) {
        var reference = new Reference(type, names.sourceOf(name, given), name);
        Delivered known = get(reference);
        asked.put(reference, known);
        return known == null ? null : new Found(known.message(), known.spot());
    }

    @Override
    public List<Found> findAll(
            ResourceType type, @Nullable ConfigSource source, String collection) {
        var reference = Reference.toAll(type, source, collection);
        Delivered known = get(reference);
        asked.put(reference, known);
        if (known == null && source != null && !givenUp.contains(reference)) {
            missing.add(reference);
        }
        Reference key = keyed(reference);
        List<Found> all = new ArrayList<>();
        new TreeMap<>(
                        delivered.entrySet().stream()
                                .filter(one -> one.getKey().toAllOfItsKind().equals(key))
                                .collect(
                                        Collectors.toMap(
                                                one -> one.getKey().name(), Map.Entry::getValue)))
                .values()
                .forEach(one -> all.add(new Found(one.message(), one.spot())));
        return all;
    }

    /** What was asked for since the last call, with what was found. */
    Map<Reference, @Nullable Delivered> takeAsked() {
        var result = asked;
        asked = new LinkedHashMap<>();
        return result;
    }

    /** What was not there, and may still come, since the last call. */
    Set<Reference> takeMissing() {
        if (missing.isEmpty()) {
            return Set.of();
        }
        var result = missing;
        missing = new LinkedHashSet<>();
        return result;
    }

    @Nullable Delivered get(Reference reference) {
        Reference key = keyed(reference);
        if (!key.isToAll()) {
            return delivered.get(key);
        }
        // All virtual hosts came before their table: they are not sent again for it.
        Delivered own = collections.get(key);
        return own == null ? collections.get(ofAllTables(key)) : own;
    }

    private static Reference ofAllTables(Reference key) {
        return Reference.toAll(key.type(), key.source(), "");
    }

    // How long somebody waits for it makes no other source of it.
    private static Reference keyed(Reference reference) {
        ConfigSource source = reference.source();
        return source == null
                ? reference
                : new Reference(reference.type(), Sources.key(source), reference.name());
    }

    /** Takes what an update of something else than clusters and listeners says. */
    void deliver(
            ConfigSource source,
            ResourceType type,
            Intake.Taken taken,
            Update update,
            Instant now) {
        if (type == ResourceType.SCOPED_ROUTES && taken.isEverything(update)) {
            Set<String> names = taken.named(update);
            delivered
                    .keySet()
                    .removeIf(one -> isOf(one, source, type) && !names.contains(one.name()));
        }
        for (Delivered one : taken.resources()) {
            String conflict = conflict(source, type, one);
            if (conflict == null) {
                put(new Reference(type, source, one.name()), one);
            } else {
                taken.errors().put(one.name(), conflict);
            }
        }
        for (String name : taken.errors().keySet()) {
            refused.put(
                    keyed(new Reference(type, source, name)), taken.rejection(name, update, now));
        }
        for (String name : update.removed()) {
            removed(new Reference(type, source, name));
        }
        collected(source, type, now);
    }

    private static boolean isOf(Reference one, ConfigSource source, ResourceType type) {
        return one.type() == type && Sources.key(source).equals(one.source());
    }

    private @Nullable String conflict(ConfigSource source, ResourceType type, Delivered scope) {
        if (type == ResourceType.SCOPED_ROUTES) {
            var key = ResourceTranslator.scopeKey(scope.message());
            for (var other : delivered.entrySet()) {
                if (isOf(other.getKey(), source, type)
                        && !other.getKey().name().equals(scope.name())
                        && ResourceTranslator.scopeKey(other.getValue().message()).equals(key)) {
                    return "its key is also the key of the scope " + other.getKey().name();
                }
            }
        }
        return null;
    }

    // Whoever refers to all there are looks again.
    private void collected(ConfigSource source, ResourceType type, Instant now) {
        for (Reference one : referredTo) {
            if (one.isToAll() && isOf(keyed(one), source, type)) {
                var round = Int64Value.of(++rounds);
                var heard = new Delivered(one.name(), "", round, NOWHERE, source, now);
                collections.put(keyed(one), heard);
                collections.put(ofAllTables(keyed(one)), heard);
            }
        }
    }

    // As in Envoy, a server cannot take away what is referred to: it stays until nobody does. Of
    // endpoints that were never there it says that a cluster has none.
    private void removed(Reference reference) {
        Reference key = keyed(reference);
        if (reference.type() == ResourceType.SCOPED_ROUTES
                || reference.type() == ResourceType.VIRTUAL_HOST) {
            delivered.remove(key);
        }
        if (reference.type() == ResourceType.ENDPOINTS && !delivered.containsKey(key)) {
            referredTo.stream().filter(one -> keyed(one).equals(key)).forEach(givenUp::add);
        }
    }

    void put(Reference reference, Delivered resource) {
        refused.remove(keyed(reference));
        Delivered before = delivered.get(keyed(reference));
        // The same message again is no change: it keeps its version, as in Envoy, and whoever
        // refers to it need not be translated again.
        if (before == null || !before.saysTheSame(resource)) {
            delivered.put(keyed(reference), resource);
        }
    }

    /** Forgets what nobody refers to any more. */
    void retain(Set<Reference> references) {
        var kept = new HashSet<Reference>();
        for (Reference reference : references) {
            Reference key = keyed(reference);
            kept.add(key);
            if (key.isToAll()) {
                // A server that sends all virtual hosts there are may name those first whose table
                // comes later.
                kept.add(ofAllTables(key));
            }
        }
        Predicate<Reference> unused =
                one ->
                        one.source() != null
                                && !kept.contains(one)
                                && !kept.contains(ofAllTables(one));
        delivered.keySet().removeIf(unused);
        refused.keySet().removeIf(unused);
        collections.keySet().retainAll(kept);
        givenUp.retainAll(references);
        referredTo = Set.copyOf(references);
    }

    void remove(Reference reference) {
        delivered.remove(keyed(reference));
    }

    /** Nobody waits for it any longer. */
    void giveUp(Reference reference) {
        givenUp.add(reference);
    }

    /** Versions that were refused since the last good one. */
    Map<Reference, Rejection> refused() {
        return refused;
    }

    /** What somebody waits for. */
    Set<Reference> awaited() {
        var all = new LinkedHashSet<>(referredTo);
        all.removeIf(one -> one.source() == null || !isAwaited(one));
        return all;
    }

    Map<Reference, Delivered> all() {
        return delivered;
    }

    void clusterNames(Set<String> names) {
        clusterNames = Set.copyOf(names);
    }

    @Override
    public Set<String> clusterNames() {
        return clusterNames;
    }

    /** The values from now on. */
    void runtime(RuntimeLayers layers) {
        runtime = layers;
    }

    @Override
    public RuntimeLayers runtime() {
        runtimeAsked = true;
        return runtime;
    }

    /** The values, if anybody has asked for one since the last call. */
    @Nullable RuntimeLayers takeRuntime() {
        boolean was = runtimeAsked;
        runtimeAsked = false;
        return was ? runtime : null;
    }

    /** Whether these are the values. */
    boolean isRuntime(RuntimeLayers layers) {
        return runtime.equals(layers);
    }

    /** Whether somebody may still wait for it. */
    boolean isAwaited(Reference reference) {
        return get(reference) == null && !givenUp.contains(reference);
    }

    @Override
    public <T> T remember(Object key, Supplier<T> make) {
        return memory.remember(key, make);
    }

    /** What is translated from now on is remembered there. */
    void remembering(Memory in) {
        memory = in;
    }
}
