package io.postern.config.snapshot;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.postern.config.envoy.ResourceTranslator;
import io.postern.config.envoy.StaticParts;
import io.postern.config.model.Cluster;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.Listener;
import io.postern.config.model.ResourceType;
import io.postern.config.model.XdstpNames;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.Place;
import io.postern.config.source.SourceNode.NullNode;
import io.postern.config.source.Spot;
import io.postern.config.source.xds.Received;
import io.postern.config.source.xds.Update;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks into what was delivered, resource by resource. Control thread. */
final class Intake {
    private static final String NAMELESS = "resources[";

    private final ResourceTranslator translator;
    private final Library library;
    private final Clock clock;

    Intake(ResourceTranslator translator, Library library, Clock clock) {
        this.translator = translator;
        this.library = library;
        this.clock = clock;
    }

    /**
     * What an update comes to.
     *
     * @param errors by name what is wrong with a resource
     * @param refused those of them that could be read
     */
    record Taken(
            List<Delivered> resources, Map<String, String> errors, Map<String, Message> refused) {
        /**
         * Whether what {@code update} does not name is gone: it says everything, and all that is
         * wrong with it has a name.
         */
        boolean isEverything(Update update) {
            return update.saysEverything()
                    && errors.keySet().stream().noneMatch(name -> name.startsWith(NAMELESS));
        }

        /** All that {@code update} names: good, wrong, or only said to be alive still. */
        Set<String> named(Update update) {
            Set<String> names = new HashSet<>(errors.keySet());
            resources.forEach(one -> names.add(one.name()));
            update.resources().forEach(one -> names.add(one.name()));
            return names;
        }

        Rejection rejection(String name, Update update, Instant now) {
            return new Rejection(
                    update.version(), now, errors.getOrDefault(name, ""), refused.get(name));
        }
    }

    /** The static resources are there from the beginning. */
    void place(StaticParts parts, Family<Cluster> clusters, Family<Listener> listeners) {
        Instant now = clock.instant();
        parts.secrets()
                .forEach(one ->
                        library.put(
                                new Reference(ResourceType.SECRET, null, one.name()),
                                placed(one, now)));
        parts.clusters().forEach(one -> clusters.deliver(placed(one, now)));
        parts.listeners().forEach(one -> listeners.deliver(placed(one, now)));
    }

    private static Delivered placed(StaticParts.Placed one, Instant now) {
        return new Delivered(one.name(), "", one.message(), one.spot(), null, now);
    }

    Taken take(ConfigSource source, ResourceType type, Update update) {
        return take(source, type, update, true);
    }

    /** What was good before is not tried out alone again: whoever refers to it shows that it is. */
    Taken takeAgain(ConfigSource source, ResourceType type, Update update) {
        return take(source, type, update, false);
    }

    private Taken take(ConfigSource source, ResourceType type, Update update, boolean isNew) {
        Map<String, Delivered> taken = new LinkedHashMap<>();
        Map<String, String> errors = new LinkedHashMap<>();
        Map<String, Message> refused = new LinkedHashMap<>();
        int index = 0;
        for (Received one : update.resources()) {
            Any any = one.message();
            if (any != null) {
                take(source, type, one, any, index, new Taking(isNew, taken, errors, refused));
            }
            index++;
        }
        return new Taken(List.copyOf(taken.values()), errors, refused);
    }

    /** What has been looked into so far. */
    private record Taking(
            boolean isNew,
            Map<String, Delivered> good,
            Map<String, String> errors,
            Map<String, Message> refused) {}

    private void take(
            ConfigSource source,
            ResourceType type,
            Received one,
            Any any,
            int index,
            Taking taking) {
        Map<String, String> errors = taking.errors();
        var diagnostics = new Diagnostics();
        Spot spot = spot(type, one, index);
        Message message = translator.unpack(type, any, spot, diagnostics);
        if (message == null) {
            errors.put(nameOr(one.name(), index), TopLevel.text(diagnostics));
            return;
        }
        String own = ResourceTranslator.nameOf(type, message);
        String name = one.name().isEmpty() ? own : one.name();
        if (name.isEmpty()) {
            errors.put(nameOr("", index), "the resource has no name");
            return;
        }
        String contradiction = contradiction(type, name, own);
        if (contradiction != null) {
            errors.put(name, contradiction);
            return;
        }
        if (taking.good().remove(name) != null || errors.containsKey(name)) {
            errors.put(name, "delivered twice in one response (expected: once)");
            return;
        }
        translator.check(message, spot, diagnostics);
        if (taking.isNew() && !diagnostics.hasErrors()) {
            tryOut(type, message, spot, diagnostics, source);
        }
        if (diagnostics.hasErrors()) {
            errors.put(name, TopLevel.text(diagnostics));
            taking.refused().put(name, message);
        } else {
            taking.good()
                    .put(
                            name,
                            new Delivered(
                                    name, one.version(), message, spot, source, clock.instant()));
        }
    }

    // As in Envoy: of these, whoever asked for the one would get the other.
    private static @Nullable String contradiction(ResourceType type, String name, String own) {
        return switch (type) {
            case ENDPOINTS, ROUTES, SECRET, EXTENSION, RUNTIME ->
                    XdstpNames.canonical(own).equals(XdstpNames.canonical(name))
                            ? null
                            : "it is delivered as '"
                                    + name
                                    + "' and says that it is '"
                                    + own
                                    + "' (expected: the same name)";
            case CLUSTER, LISTENER, SCOPED_ROUTES, VIRTUAL_HOST -> null;
        };
    }

    private void tryOut(
            ResourceType type,
            Message message,
            Spot spot,
            Diagnostics diagnostics,
            ConfigSource source) {
        library.remembering(new Memory());
        translator.tryOut(type, message, spot, diagnostics, library, source);
        var _ = library.takeAsked();
        var _ = library.takeMissing();
        var _ = library.takeRuntime();
    }

    private static String nameOr(@Nullable String name, int index) {
        return name == null || name.isEmpty() ? NAMELESS + index + "]" : name;
    }

    // Over the wire there are no lines: the type and the name say where.
    private static Spot spot(ResourceType type, Received one, int index) {
        if (one.origin() != null) {
            return one.origin();
        }
        return Spot.root(
                new NullNode(
                        Place.of(
                                type.name().toLowerCase(java.util.Locale.ROOT)
                                        + " "
                                        + nameOr(one.name(), index))));
    }
}
