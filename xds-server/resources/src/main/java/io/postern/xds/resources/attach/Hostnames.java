package io.postern.xds.resources.attach;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How host names of listeners and routes go together. The empty name means every host; {@code
 * *.example.com} any number of labels before {@code .example.com}, and not the name itself.
 *
 * <p>Source: Gateway API, HTTPRouteSpec.hostnames and Listener.hostname.
 */
public final class Hostnames {
    private Hostnames() {}

    /** The hosts of a route on a listener, sorted; none: they have nothing in common. */
    public static List<String> intersect(String listener, Collection<String> route) {
        var hosts = new TreeSet<String>();
        if (route.isEmpty()) {
            hosts.add(listener);
        }
        for (var name : route) {
            if (covers(listener, name)) {
                hosts.add(name);
            } else if (covers(name, listener)) {
                hosts.add(listener);
            }
        }
        return List.copyOf(hosts);
    }

    /** Whether every host of {@code narrow} is one of {@code wide}. */
    public static boolean covers(String wide, String narrow) {
        if (wide.isEmpty() || wide.equals(narrow)) {
            return true;
        }
        return wide.startsWith("*.") && !narrow.isEmpty() && narrow.endsWith(wide.substring(1));
    }

    /** Whether some host is one of both. */
    public static boolean overlap(String one, String other) {
        return covers(one, other) || covers(other, one);
    }

    /** Which of {@code names} is the most specific one for the hosts of {@code host}. */
    public static @Nullable String owner(String host, Collection<String> names) {
        String best = null;
        for (var name : names) {
            if (covers(name, host) && (best == null || covers(best, name))) {
                best = name;
            }
        }
        return best;
    }
}
