package io.postern.xds.server.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code etcd://HOST:PORT[,HOST:PORT…][/PREFIX]}.
 *
 * @param members of one cluster; the first that answers is asked
 * @param prefix of all keys, with a slash at both ends
 * @param tls null: in clear text
 * @param login null: etcd asks nobody who they are, or knows it by certificates
 */
public record EtcdAddress(
        List<Member> members, String prefix, @Nullable Tls tls, @Nullable Login login) {
    /** What such addresses begin with. */
    public static final String SCHEME = "etcd://";

    private static final Pattern MEMBER =
            Pattern.compile("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?");
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._/-]{1,200}");
    private static final String DEFAULT_PORT = "2379";
    private static final int MOST_PORT = 65_535;

    public EtcdAddress {
        members = List.copyOf(members);
    }

    /** One server of a cluster. */
    public record Member(String host, int port) {
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /**
     * Files in PEM.
     *
     * @param ca who signs the members' certificates; null: whom the platform trusts
     * @param certificate of this client; null: none
     * @param key of the certificate
     */
    public record Tls(@Nullable Path ca, @Nullable Path certificate, @Nullable Path key) {}

    /** A user of etcd. */
    public record Login(String user, String password) {
        @Override
        public String toString() {
            return user;
        }
    }

    /**
     * Reads one, without a user.
     *
     * @throws IllegalArgumentException saying what was expected
     */
    public static EtcdAddress parse(String text, @Nullable Tls tls) {
        String rest = text.startsWith(SCHEME) ? text.substring(SCHEME.length()) : "";
        int slash = rest.indexOf('/');
        String prefix = slash < 0 ? "" : rest.substring(slash + 1).replaceAll("/+$", "");
        List<Member> members = new ArrayList<>();
        for (String member :
                Arrays.asList((slash < 0 ? rest : rest.substring(0, slash)).split(",", -1))) {
            members.add(member(member, text));
        }
        if (!prefix.isEmpty() && !PREFIX.matcher(prefix).matches()) {
            throw refused(text);
        }
        return new EtcdAddress(
                members, "/" + (prefix.isEmpty() ? "postern" : prefix) + "/", tls, null);
    }

    /** The same, asked by a user; null: by nobody in particular. */
    public EtcdAddress as(@Nullable Login user) {
        return new EtcdAddress(members, prefix, tls, user);
    }

    private static Member member(String text, String whole) {
        Matcher parts = MEMBER.matcher(text);
        if (!parts.matches()) {
            throw refused(whole);
        }
        String port = parts.group(2);
        int number = Integer.parseInt(port == null ? DEFAULT_PORT : port);
        if (number == 0 || number > MOST_PORT) {
            throw refused(whole);
        }
        return new Member(parts.group(1), number);
    }

    private static IllegalArgumentException refused(String text) {
        return new IllegalArgumentException(
                "'" + text + "' (expected: etcd://HOST:PORT[,HOST:PORT…][/PREFIX])");
    }

    /** As it is shown. */
    @Override
    public String toString() {
        return SCHEME
                + String.join(",", members.stream().map(Member::toString).toList())
                + prefix.substring(0, prefix.length() - 1);
    }
}
