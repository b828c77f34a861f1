package io.postern.app.demo;

import java.nio.file.Path;
import java.util.List;

/**
 * A change of a document while it is served, and a request that shows what it did.
 *
 * @param file in the folder
 * @param sed the change
 */
record DemoEdit(String title, String file, String sed, DemoRequest request) {
    /** What {@code demo} invites to, in order. */
    static List<DemoEdit> all() {
        var limited = new DemoRequest("/limited", List.of(), "", List.of(200, 200, 200, 200, 200));
        return List.of(
                new DemoEdit(
                        "Configure a plugin anew, which is swapped while it serves: no 429 any more",
                        "rate-limit.yaml",
                        "s/requests: 2,/requests: 200,/; s/burst: 3,/burst: 200,/",
                        limited),
                new DemoEdit(
                        "Break a document: nothing changes, and the log says what is wrong and where",
                        "gateway.yaml",
                        "s/backendRefs/backendReffs/",
                        limited));
    }

    /** As a line for a shell. */
    String shell(Path folder) {
        return "sed -i '" + sed + "' " + folder.resolve(file);
    }
}
