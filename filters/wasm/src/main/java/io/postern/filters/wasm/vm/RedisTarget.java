package io.postern.filters.wasm.vm;

import java.util.ArrayList;
import java.util.List;

/**
 * A Redis as a plugin has made it known.
 *
 * @param username empty for the default user
 * @param password empty for none
 * @param database 0 is the one that a connection starts with
 */
record RedisTarget(
        String cluster, String username, String password, int database, long timeoutNanos) {

    private static final String DATABASE = "db=";

    /** {@code target}: a cluster's name, maybe with {@code ?db=1&…} behind it. */
    static RedisTarget of(String target, String username, String password, int timeoutMillis) {
        int query = target.indexOf('?');
        int database = 0;
        if (query >= 0) {
            for (String parameter : target.substring(query + 1).split("&", -1)) {
                if (parameter.startsWith(DATABASE)) {
                    database = number(parameter.substring(DATABASE.length()));
                }
            }
        }
        return new RedisTarget(
                name(target), username, password, database, timeoutMillis * 1_000_000L);
    }

    /** The cluster's name alone. */
    static String name(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** What a new connection says first. */
    List<List<String>> greeting() {
        var commands = new ArrayList<List<String>>();
        if (!password.isEmpty()) {
            commands.add(
                    username.isEmpty()
                            ? List.of("AUTH", password)
                            : List.of("AUTH", username, password));
        }
        if (database != 0) {
            commands.add(List.of("SELECT", Integer.toString(database)));
        }
        return commands;
    }
}
