package io.postern.config.message;

import com.google.protobuf.Message;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which class holds the messages of a type name. The list is a resource made from the Envoy API's
 * jar (see {@code MessageTypesTest}): looking through the jar at start would cost a second.
 *
 * <p>Control thread; a class is loaded when a configuration names its type.
 */
public final class MessageTypes {
    /** The only host part Envoy's own configurations use. */
    public static final String URL_PREFIX = "type.googleapis.com/";

    private static final String RESOURCE = "message-types.txt";
    private static final Pattern TOP_LEVEL = Pattern.compile("[a-z0-9_.]+\\.[A-Z][A-Za-z0-9_]*");

    private static final Pattern OLD =
            Pattern.compile("envoy\\..*\\.v(1|2)(alpha|beta)?[0-9]*\\..*");

    private static final Map<String, String> JAVA_PREFIXES =
            Map.of(
                    "envoy.", "io.envoyproxy.envoy.",
                    "google.protobuf.", "com.google.protobuf.",
                    "postern.filters.http.", "io.postern.config.proto.");

    private final Map<String, Message> loaded = new HashMap<>();
    private final Constraints constraints = new Constraints();
    private @Nullable Map<String, String> classNames;

    /** A default instance of {@code typeName}; null when there is no such type. */
    public @Nullable Message prototype(String typeName) {
        var known = loaded.get(typeName);
        if (known != null) {
            return known;
        }
        var prototype = find(typeName);
        if (prototype != null) {
            loaded.put(typeName, prototype);
        }
        return prototype;
    }

    /** What messages of these types keep to. */
    Constraints constraints() {
        return constraints;
    }

    private @Nullable Message find(String typeName) {
        var message = bySimpleRule(typeName);
        if (message != null) {
            return message;
        }
        var className = index().get(typeName);
        if (className == null) {
            return null;
        }
        message = load(className);
        if (message == null) {
            throw new IllegalStateException("bug: " + RESOURCE + " names " + className);
        }
        return message;
    }

    // Nearly all need no list: to read it opens the archive with all classes, 50 ms of a start.
    private static @Nullable Message bySimpleRule(String typeName) {
        if (!TOP_LEVEL.matcher(typeName).matches() || isOld(typeName)) {
            return null;
        }
        for (var rule : JAVA_PREFIXES.entrySet()) {
            if (typeName.startsWith(rule.getKey())) {
                return load(rule.getValue() + typeName.substring(rule.getKey().length()));
            }
        }
        return null;
    }

    /**
     * Whether a type is of Envoy's API before v3, {@code
     * envoy.config.filter.http.router.v2.Router}, v2alpha …, which Envoy no longer reads and no
     * distribution has classes of.
     */
    static boolean isOld(String typeName) {
        return OLD.matcher(typeName).matches();
    }

    /** Every type name there is, for suggestions. */
    public Set<String> names() {
        return index().keySet();
    }

    /** {@code envoy.config.core.v3.Address} of {@code type.googleapis.com/envoy.config…}. */
    public static String nameOf(String typeUrl) {
        return typeUrl.substring(typeUrl.lastIndexOf('/') + 1);
    }

    private static @Nullable Message load(String className) {
        try {
            var type = Class.forName(className, true, MessageTypes.class.getClassLoader());
            return Message.class.isAssignableFrom(type)
                    ? (Message) type.getMethod("getDefaultInstance").invoke(null)
                    : null;
        } catch (ClassNotFoundException _) {
            return null;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("bug: no default instance of " + className, e);
        }
    }

    private Map<String, String> index() {
        var index = classNames;
        if (index == null) {
            index = read();
            classNames = index;
        }
        return index;
    }

    /**
     * A line in brackets names a package and what Java's names begin with there, {@code
     * [envoy.config.core.v3 io.envoyproxy.envoy.config.core.v3.]}; the lines after it are the
     * messages of that package, a dot standing for nesting.
     */
    private static Map<String, String> read() {
        try (InputStream in = MessageTypes.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("bug: no " + RESOURCE + " beside this class");
            }
            var lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
            return parse(lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> parse(List<String> lines) {
        Map<String, String> index = new HashMap<>(lines.size() * 2);
        String protoPackage = "";
        String javaPrefix = "";
        for (var line : lines) {
            if (line.startsWith("[")) {
                int blank = line.indexOf(' ');
                protoPackage = line.substring(1, blank);
                javaPrefix = line.substring(blank + 1, line.length() - 1);
            } else if (!line.isEmpty() && line.charAt(0) != '#') {
                index.put(protoPackage + "." + line, javaPrefix + line.replace('.', '$'));
            }
        }
        return index;
    }
}
