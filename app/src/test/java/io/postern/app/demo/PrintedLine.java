package io.postern.app.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A line that the demo prints, carried out as it is printed, with the curl of this machine. */
record PrintedLine(String text) {
    private static final Pattern STATUS = Pattern.compile("(?m)^(?:HTTP/1.1 )?([1-5]\\d\\d)\\b");

    /** Those of a text that a shell understands. */
    static List<PrintedLine> in(String whatToTry) {
        return whatToTry
                .lines()
                .map(String::strip)
                .filter(line -> line.matches("(curl|for|sed) .*"))
                .map(PrintedLine::new)
                .toList();
    }

    boolean isEdit() {
        return text.startsWith("sed ");
    }

    /** What it is answered with; of an edit nothing. */
    List<Integer> statuses() {
        return STATUS.matcher(output()).results().map(m -> Integer.valueOf(m.group(1))).toList();
    }

    String output() {
        try {
            var process =
                    new ProcessBuilder("sh", "-c", text)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            byte[] octets = process.getInputStream().readAllBytes();
            process.waitFor();
            return new String(octets, StandardCharsets.UTF_8);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(text, e);
        }
    }

    static boolean canRun() {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "curl")));
    }
}
