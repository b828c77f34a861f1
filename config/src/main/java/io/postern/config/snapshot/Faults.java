package io.postern.config.snapshot;

import io.postern.config.model.ResourceType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What is wrong with clusters and listeners, and which answer says so. A fault shows when its
 * resource is put together, which may be the moment when something that it refers to arrives: a
 * fault that was told before is not that one's. Control thread.
 */
final class Faults {
    /** A fault of a resource. */
    record Fault(ResourceType type, String name, String text) {
        private String key() {
            return type + " " + name;
        }

        String line() {
            return "[type=" + type.message() + ", name='" + name + "'] " + text;
        }
    }

    private final Map<String, String> told = new HashMap<>();

    /** Those that belong into the answer to an update of {@code type}. */
    List<Fault> answering(ResourceType type, List<Fault> found) {
        List<Fault> answer = new ArrayList<>();
        for (Fault fault : found) {
            boolean known = fault.text().equals(told.put(fault.key(), fault.text()));
            if (!known || fault.type() == type) {
                answer.add(fault);
            }
        }
        return answer;
    }

    /** Forgets those of resources that are served now, or that there are no more. */
    void forget(ResourceType type, Predicate<String> isOver) {
        String start = type + " ";
        told.keySet()
                .removeIf(
                        key -> key.startsWith(start) && isOver.test(key.substring(start.length())));
    }
}
