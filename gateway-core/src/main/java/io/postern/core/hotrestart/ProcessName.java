package io.postern.core.hotrestart;

import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A gateway process among others of this network namespace: its abstract Unix domain socket is
 * named so.
 *
 * <p>Source: Envoy's {@code --base-id} and {@code --restart-epoch}.
 *
 * @param baseId those of one base id follow each other
 * @param epoch how many came before
 */
public record ProcessName(int baseId, int epoch, long pid) {
    private static final String PREFIX = "postern_domain_socket_";
    private static final Pattern NAME = Pattern.compile("@" + PREFIX + "(\\d+)_(\\d+)_(\\d+)$");
    private static final Path SOCKETS = Path.of("/proc/net/unix");

    /** Where it answers. */
    DomainSocketAddress address() {
        // A leading zero octet: in no directory, and gone with the process.
        return new DomainSocketAddress("\0" + PREFIX + baseId + "_" + epoch + "_" + pid);
    }

    /** All that run now with {@code baseId}, but for this one; none where that cannot be told. */
    public static List<ProcessName> others(int baseId, long self) {
        List<ProcessName> found = new ArrayList<>();
        try (Stream<String> lines = Files.lines(SOCKETS)) {
            for (String line : (Iterable<String>) lines::iterator) {
                Matcher matcher = NAME.matcher(line);
                if (matcher.find()) {
                    var name =
                            new ProcessName(
                                    Integer.parseInt(matcher.group(1)),
                                    Integer.parseInt(matcher.group(2)),
                                    Long.parseLong(matcher.group(3)));
                    if (name.baseId == baseId && name.pid != self && !found.contains(name)) {
                        found.add(name);
                    }
                }
            }
        } catch (IOException | NumberFormatException _) {
            return List.of(); // no Linux, or a name that is not ours
        }
        return found;
    }

    @Override
    public String toString() {
        return "process " + pid + " (base id " + baseId + ", restart epoch " + epoch + ")";
    }
}
