package io.postern.config.snapshot;

import io.postern.config.model.ConfigSource;
import io.postern.config.model.ResourceType;
import io.postern.config.source.xds.Control;
import io.postern.config.source.xds.Received;
import io.postern.config.source.xds.Update;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Virtual hosts that requests have asked for, by the name of their route table, a slash and the
 * host. Control thread.
 */
final class Demands {
    /** Clients choose the hosts: beyond this nothing new is asked for. */
    private static final int MOST = 10_000;

    private static final Duration LONGEST = Duration.ofSeconds(15);

    private final Control control;
    private final Runnable follow;
    private final Set<Reference> asked = new LinkedHashSet<>();
    private final Map<Reference, List<Runnable>> waiting = new HashMap<>();
    private boolean willFollow;

    /**
     * @param follow asks the servers for {@link #references()}
     */
    Demands(Control control, Runnable follow) {
        this.control = control;
        this.follow = follow;
    }

    private static Reference keyed(ConfigSource source, String name) {
        return new Reference(ResourceType.VIRTUAL_HOST, Sources.key(source), name);
    }

    /** Asks for it; {@code answered} is run when it is served, or not to be had. */
    void ask(ConfigSource source, String name, Runnable answered) {
        if (!add(source, name, answered)) {
            answered.run();
            return;
        }
        followSoon();
        Duration most = source.initialFetchTimeout();
        var _ =
                control.schedule(
                        most.isZero() ? LONGEST : most,
                        () -> giveUp(source, name).forEach(Runnable::run));
    }

    // Many requests at once are one question.
    private void followSoon() {
        if (!willFollow) {
            willFollow = true;
            control.execute(() -> {
                willFollow = false;
                follow.run();
            });
        }
    }

    /** Whether the server is to be asked, or has been; false: nothing will come. */
    private boolean add(ConfigSource source, String name, Runnable answered) {
        Reference key = keyed(source, name);
        if (asked.size() >= MOST && !asked.contains(key)) {
            return false;
        }
        boolean isNew = asked.add(key);
        List<Runnable> others = waiting.get(key);
        if (!isNew && others == null) {
            return false; // it has been answered
        }
        waiting.computeIfAbsent(key, _ -> new ArrayList<>()).add(answered);
        return true;
    }

    /** What the server is asked for. */
    Set<Reference> references() {
        return asked;
    }

    /** Those whose route table nobody refers to are not asked for any more. */
    void retain(Set<Reference> references) {
        Set<Reference> tables = new HashSet<>();
        for (Reference one : references) {
            ConfigSource source = one.source();
            if (one.isToAll() && source != null) {
                tables.add(new Reference(one.type(), Sources.key(source), one.name()));
            }
        }
        asked.removeIf(one -> !waiting.containsKey(one) && !tables.contains(one.toAllOfItsKind()));
    }

    /** Who has waited for what {@code update} says; what is not there can be asked for again. */
    List<Runnable> answered(ConfigSource source, Update update) {
        List<Runnable> all = new ArrayList<>();
        for (Received one : update.resources()) {
            boolean there = one.message() != null;
            answer(keyed(source, one.name()), there, all);
            one.aliases().forEach(alias -> answer(keyed(source, alias), there, all));
        }
        update.removed().forEach(name -> answer(keyed(source, name), false, all));
        return all;
    }

    /** Who still waits does not any longer. */
    private List<Runnable> giveUp(ConfigSource source, String name) {
        List<Runnable> all = new ArrayList<>();
        Reference key = keyed(source, name);
        if (waiting.containsKey(key)) {
            answer(key, false, all);
        }
        return all;
    }

    private void answer(Reference key, boolean there, List<Runnable> all) {
        List<Runnable> waited = waiting.remove(key);
        if (waited != null) {
            all.addAll(waited);
        }
        if (!there) {
            asked.remove(key);
        }
    }
}
