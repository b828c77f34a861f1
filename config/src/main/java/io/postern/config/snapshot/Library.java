package io.postern.config.snapshot;

import io.postern.config.envoy.References;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.ResourceType;
import io.postern.config.source.xds.Update;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The resources that others refer to, and who asked for what. Control thread. */
final class Library implements References {
    private final Map<Reference, Delivered> delivered = new LinkedHashMap<>();
    private final Set<Reference> givenUp = new HashSet<>();
    private Memory memory = new Memory();
    private Set<String> clusterNames = Set.of();
    private Map<Reference, @Nullable Delivered> asked = new LinkedHashMap<>();
    private final Set<Reference> missing = new LinkedHashSet<>();

    @Override
    public @Nullable Found find(ResourceType type, @Nullable ConfigSource source, String name) {
        var reference = new Reference(type, source, name);
        Delivered known = get(reference);
        asked.put(reference, known);
        if (known == null && source != null && !givenUp.contains(reference)) {
            missing.add(reference);
        }
        return known == null ? null : new Found(known.message(), known.spot());
    }

    @Override
    public @Nullable Found findNow(ResourceType type, @Nullable ConfigSource source, String name) {
        var reference = new Reference(type, source, name);
        Delivered known = get(reference);
        asked.put(reference, known);
        return known == null ? null : new Found(known.message(), known.spot());
    }

    /** What was asked for since the last call, with what was found. */
    Map<Reference, @Nullable Delivered> takeAsked() {
        var result = asked;
        asked = new LinkedHashMap<>();
        return result;
    }

    /** What was not there, and may still come, since the last call. */
    Set<Reference> takeMissing() {
        var result = new LinkedHashSet<>(missing);
        missing.clear();
        return result;
    }

    @Nullable Delivered get(Reference reference) {
        return delivered.get(keyed(reference));
    }

    // How long somebody waits for it makes no other source of it.
    private static Reference keyed(Reference reference) {
        ConfigSource source = reference.source();
        return source == null
                ? reference
                : new Reference(reference.type(), Sources.key(source), reference.name());
    }

    /** Takes what an update of something else than clusters and listeners says. */
    void deliver(ConfigSource source, ResourceType type, Intake.Taken taken, Update update) {
        for (Delivered one : taken.resources()) {
            put(new Reference(type, source, one.name()), one);
        }
        for (String name : update.removed()) {
            remove(new Reference(type, source, name));
        }
    }

    void put(Reference reference, Delivered resource) {
        Delivered before = delivered.get(keyed(reference));
        boolean same = before != null && before.saysTheSame(resource);
        // The same message again: whoever refers to it need not be translated again.
        delivered.put(
                keyed(reference), same && before != null ? before.withVersion(resource) : resource);
    }

    /** Forgets what nobody refers to any more. */
    void retain(Set<Reference> references) {
        var kept = new HashSet<Reference>();
        references.forEach(reference -> kept.add(keyed(reference)));
        delivered.keySet().removeIf(one -> one.source() != null && !kept.contains(one));
        givenUp.retainAll(references);
    }

    void remove(Reference reference) {
        delivered.remove(keyed(reference));
    }

    /** Nobody waits for it any longer. */
    void giveUp(Reference reference) {
        givenUp.add(reference);
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

    @Override
    public <T> T remember(Object key, Supplier<T> make) {
        return memory.remember(key, make);
    }

    /** What is translated from now on is remembered there. */
    void remembering(Memory in) {
        memory = in;
    }
}
