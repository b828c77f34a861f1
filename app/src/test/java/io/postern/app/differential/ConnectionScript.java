package io.postern.app.differential;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What is done with one connection and what is to be seen after each step.
 *
 * @param plugin configuration of the network filter that the connection passes
 */
record ConnectionScript(String plugin, List<Step> steps) {
    ConnectionScript {
        steps = List.copyOf(steps);
    }

    /**
     * One step.
     *
     * @param action {@code connect}, {@code client TEXT}, {@code upstream TEXT}, {@code client
     *     end}, {@code upstream end}
     * @param events lines of the plugin, and {@code client got TEXT} or {@code client end} and the
     *     same of the upstream, sorted
     */
    record Step(String action, List<String> events) {
        Step {
            events = events.stream().sorted().toList();
        }
    }

    String name() {
        return plugin + ": " + String.join(", ", steps.stream().map(Step::action).toList());
    }

    /**
     * Reads a file of them: a line {@code = PLUGIN} begins one, a line {@code ACTION -> EVENT |
     * EVENT} is a step, {@code #} begins a comment, {@code \n} is a line feed.
     */
    static List<ConnectionScript> read(Path file) throws IOException {
        List<ConnectionScript> scripts = new ArrayList<>();
        String plugin = "";
        List<Step> steps = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("=")) {
                add(scripts, plugin, steps);
                plugin = line.substring(1).strip();
                steps.clear();
            } else if (!line.isBlank() && !line.startsWith("#")) {
                int arrow = line.indexOf("->");
                String events = line.substring(arrow + 2).strip();
                steps.add(
                        new Step(
                                line.substring(0, arrow).strip().replace("\\n", "\n"),
                                events.isEmpty()
                                        ? List.of()
                                        : Arrays.stream(events.split("\\|", -1))
                                                .map(event -> event.strip().replace("\\n", "\n"))
                                                .toList()));
            }
        }
        add(scripts, plugin, steps);
        return scripts;
    }

    private static void add(List<ConnectionScript> scripts, String plugin, List<Step> steps) {
        if (!steps.isEmpty()) {
            scripts.add(new ConnectionScript(plugin, steps));
        }
    }
}
