package io.postern.app.differential;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a proxy's wasm log at level trace tells of streams and connections: the callbacks of each
 * one, with the host calls in them and what all of them returned. Arguments of host calls are
 * addresses and left out. A callback that traps does not return.
 */
final class HostCallTrace {
    private static final Pattern LINE =
            Pattern.compile(
                    "^\\[[^]]*](?:\\[(\\d+)])?.*\\[(vm->host|vm<-host|host->vm|host<-vm)] (.*)$");
    private static final Pattern CALL = Pattern.compile("([\\w.]+)\\((.*)\\)");
    private static final Pattern RETURN = Pattern.compile("[\\w.]+ return: (.*)");
    private static final String FOREIGN = "env.proxy_call_foreign_function";
    private static final String CREATED = "proxy_on_context_create";

    private final Map<String, List<String>> streams = new LinkedHashMap<>();
    private final Map<String, Deque<Frame>> running = new HashMap<>();
    private final List<String> order = new ArrayList<>();
    private int created;
    private final Map<String, String> current = new HashMap<>(); // stream by context id

    private static final class Frame {
        final String name;
        final List<String> args;
        final List<String> inner = new ArrayList<>();

        boolean isCallback() {
            return !name.contains("."); // host calls have the name of their module
        }

        Frame(String name, List<String> args) {
            this.name = name;
            this.args = args;
        }
    }

    private HostCallTrace() {}

    static HostCallTrace of(Path log) throws IOException {
        var trace = new HostCallTrace();
        try (var lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            lines.forEach(trace::read);
        }
        trace.running.values().forEach(trace::trapped);
        return trace;
    }

    /**
     * One list for each context of a stream or connection, in the order in which they began. Tells
     * them apart by their ids, which machines that run at the same time have in common.
     */
    List<List<String>> streams() {
        return streams.values().stream().map(HostCallTrace::lastBodies).toList();
    }

    /**
     * In one list what all contexts were told, but for pieces of bodies: where one is passed on in
     * two pieces, each passes the whole chain before the next one.
     */
    List<String> order() {
        return order;
    }

    private void read(String text) {
        Matcher line = LINE.matcher(text);
        if (!line.find()) {
            return;
        }
        String thread = line.group(1) == null ? "" : line.group(1);
        Deque<Frame> frames = running.computeIfAbsent(thread, _ -> new ArrayDeque<>());
        if (line.group(2).contains("->")) {
            Matcher call = CALL.matcher(line.group(3));
            if (line.group(2).equals("host->vm")) {
                trapped(frames);
            }
            if (call.matches()) {
                frames.push(new Frame(call.group(1), List.of(call.group(2).split(", ", -1))));
            }
            return;
        }
        Matcher returned = RETURN.matcher(line.group(3));
        if (!returned.matches() || frames.isEmpty()) {
            return;
        }
        Frame frame = frames.pop();
        if (frames.isEmpty()) {
            callback(frame, returned.group(1));
        } else {
            frames.getFirst().inner.add(told(frame, "") + "=" + value(frame, returned.group(1)));
        }
    }

    // Out of a callback the host does not call into another one.
    private void trapped(Deque<Frame> frames) {
        while (!frames.isEmpty() && frames.getFirst().isCallback()) {
            callback(frames.pop(), "trap");
        }
    }

    // an allocation returns an address
    private static String value(Frame frame, String returned) {
        return frame.isCallback() ? "*" : returned;
    }

    // For an empty result of a foreign function Envoy asks the guest for 0 bytes; we do not.
    private static String told(Frame frame, String args) {
        boolean plain = frame.inner.isEmpty() || frame.name.equals(FOREIGN);
        return frame.name + args + (plain ? "" : frame.inner);
    }

    private void callback(Frame frame, String returned) {
        String context = frame.args.getFirst();
        if (frame.name.equals(CREATED) && !frame.args.getLast().equals("0")) {
            created++;
            current.put(context, "stream " + created);
            streams.put("stream " + created, new ArrayList<>());
        }
        List<String> events = streams.get(current.getOrDefault(context, ""));
        if (events != null) {
            boolean body = frame.name.endsWith("_body") || frame.name.equals(CREATED);
            String args = body ? "" : frame.args.subList(1, frame.args.size()).toString();
            events.add(told(frame, args) + "=" + returned);
            if (!body || frame.name.equals(CREATED)) {
                order.add(events.getLast());
            }
        }
    }

    // How a body is cut into chunks, and whether its end comes with the last one, is the codec's.
    private static List<String> lastBodies(List<String> events) {
        var kept = new ArrayList<String>();
        for (String event : events) {
            if (!kept.isEmpty() && isBody(event) && name(event).equals(name(kept.getLast()))) {
                kept.removeLast();
            }
            kept.add(event);
        }
        return kept;
    }

    private static boolean isBody(String event) {
        return name(event).endsWith("_body");
    }

    private static String name(String event) {
        return event.split("[=\\[]", 2)[0];
    }
}
