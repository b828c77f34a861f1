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
 * @param plugins configurations of the network filters that the connection passes
 */
record ConnectionScript(List<String> plugins, List<Step> steps) {
    ConnectionScript {
        plugins = List.copyOf(plugins);
        steps = List.copyOf(steps);
    }

    /**
     * One step.
     *
     * @param action {@code connect}, {@code client TEXT}, {@code upstream TEXT}, {@code client
     *     end}, {@code upstream end}
     * @param events lines of the plugin, and {@code client got TEXT} or {@code client end} and the
     *     same of the upstream, sorted
     * @param ours the same where Postern wants to differ from Envoy
     */
    record Step(String action, List<String> events, List<String> ours) {
        Step {
            events = events.stream().sorted().toList();
            ours = ours.stream().sorted().toList();
        }
    }

    /** What Postern does where it wants to differ. */
    ConnectionScript ours() {
        return new ConnectionScript(
                plugins,
                steps.stream().map(step -> new Step(step.action, step.ours, step.ours)).toList());
    }

    /** Whether the last step ends it, so that nothing is left for the time of the next one. */
    boolean isWhole() {
        return steps.getLast().events().stream().anyMatch(event -> event.endsWith("delete 0 0"));
    }

    String name() {
        return String.join(" > ", plugins)
                + ": "
                + String.join(", ", steps.stream().map(Step::action).toList());
    }

    /**
     * Reads a file of them: a line {@code = PLUGIN > PLUGIN} begins one, a line {@code ACTION ->
     * EVENT | EVENT} is a step, {@code ours -> EVENT} is what Postern does at the one before,
     * {@code #} begins a comment, {@code \n} is a line feed.
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
                String action = line.substring(0, arrow).strip().replace("\\n", "\n");
                List<String> events = events(line.substring(arrow + 2));
                steps.add(
                        action.equals("ours")
                                ? ours(steps.removeLast(), events)
                                : new Step(action, events, events));
            }
        }
        add(scripts, plugin, steps);
        return scripts;
    }

    private static Step ours(Step envoys, List<String> events) {
        return new Step(envoys.action, envoys.events, events);
    }

    private static List<String> events(String line) {
        return Arrays.stream(line.split("\\|", -1))
                .map(event -> event.strip().replace("\\n", "\n"))
                .filter(event -> !event.isEmpty())
                .toList();
    }

    private static void add(List<ConnectionScript> scripts, String plugin, List<Step> steps) {
        if (!steps.isEmpty()) {
            scripts.add(new ConnectionScript(List.of(plugin.split(" > ", -1)), steps));
        }
    }
}
