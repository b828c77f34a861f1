package io.postern.config.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.postern.config.Golden;
import io.postern.config.proto.hardening.v1.HardeningProto;
import io.postern.config.proto.opa.v1.OpaProto;
import io.postern.config.proto.resilience.v1.ResilienceProto;
import io.postern.config.proto.rollout.v1.RolloutProto;
import io.postern.config.proto.wasm.v1.LimitedWasmProto;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Makes the list of message types, and sees that it is the one that is shipped. */
class MessageTypesTest {
    private static final Path RESOURCE =
            Path.of("src/main/resources/io/postern/config/message/message-types.txt");

    @Test
    void theShippedListIsThatOfTheEnvoyApi() throws Exception {
        // Given
        var files = filesOfTheEnvoyApi();
        files.add(OpaProto.getDescriptor());
        files.add(HardeningProto.getDescriptor());
        files.add(ResilienceProto.getDescriptor());
        files.add(LimitedWasmProto.getDescriptor());
        files.add(RolloutProto.getDescriptor());
        files.add(Struct.getDescriptor().getFile());
        files.add(com.google.protobuf.StringValue.getDescriptor().getFile());
        files.add(com.google.protobuf.Duration.getDescriptor().getFile());
        files.add(com.google.protobuf.Empty.getDescriptor().getFile());

        // When
        var list = list(files);

        // Then
        Golden.compare(RESOURCE, list);
    }

    @Test
    void aTypeNameLeadsToItsClassAndAnUnknownOneToNothing() {
        var types = new MessageTypes();

        assertThat(types.prototype("envoy.config.core.v3.Address"))
                .isInstanceOf(io.envoyproxy.envoy.config.core.v3.Address.class);
        assertThat(types.prototype("envoy.config.cluster.v3.CircuitBreakers.Thresholds"))
                .isInstanceOf(
                        io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers.Thresholds.class);
        assertThat(types.prototype("google.protobuf.Parser")).isNull(); // a class, and no message
        assertThat(types.prototype("envoy.config.core.v3.AddressProto")).isNull();
        assertThat(types.prototype("google.protobuf.StringValue"))
                .isInstanceOf(com.google.protobuf.StringValue.class);
        assertThat(types.prototype("postern.filters.http.opa.v1.Opa")).isNotNull();
        assertThat(types.prototype("envoy.config.core.v3.Adress")).isNull();
        assertThat(types.prototype("envoy.api.v2.Cluster")).isNull();
        assertThat(types.prototype("envoy.config.filter.http.router.v2.Router")).isNull();
    }

    private static List<FileDescriptor> filesOfTheEnvoyApi() throws Exception {
        var files = new ArrayList<FileDescriptor>();
        var location = Bootstrap.class.getProtectionDomain().getCodeSource().getLocation();
        try (var jar = new JarFile(Path.of(location.toURI()).toFile())) {
            for (var entry : (Iterable<java.util.jar.JarEntry>) jar.stream()::iterator) {
                var name = entry.getName();
                if (name.endsWith("Proto.class") && !name.contains("$")) {
                    var file = file(name);
                    if (file != null) {
                        files.add(file);
                    }
                }
            }
        } catch (IOException e) {
            throw new AssertionError("the Envoy API is not a jar: " + location, e);
        }
        return files;
    }

    /** Null for a message whose name ends so. */
    private static @Nullable FileDescriptor file(String entry) throws ReflectiveOperationException {
        var name = entry.substring(0, entry.length() - ".class".length()).replace('/', '.');
        var descriptor = Class.forName(name).getMethod("getDescriptor").invoke(null);
        return descriptor instanceof FileDescriptor file ? file : null;
    }

    private static String list(List<FileDescriptor> files) {
        var packages = new TreeMap<String, TreeSet<String>>();
        for (var file : files) {
            var options = file.getOptions();
            var prefix = options.getJavaPackage() + ".";
            if (!options.getJavaMultipleFiles()) {
                prefix += options.getJavaOuterClassname() + "$";
            }
            var header = "[" + file.getPackage() + " " + prefix + "]";
            boolean old = file.getPackage().matches("envoy\\..*\\.?v[12]((alpha|beta).*)?(\\..*)?");
            for (var message : file.getMessageTypes()) {
                if (!old) {
                    add(message, packages.computeIfAbsent(header, _ -> new TreeSet<>()));
                }
            }
        }
        var text = new StringBuilder("# Made by MessageTypesTest from the jar of the Envoy API.\n");
        packages.forEach((header, messages) -> {
            text.append(header).append('\n');
            messages.forEach(message -> text.append(message).append('\n'));
        });
        return text.toString();
    }

    private static void add(Descriptor message, Set<String> names) {
        if (message.getOptions().getMapEntry()) {
            return;
        }
        var name = message.getFullName().substring(message.getFile().getPackage().length() + 1);
        names.add(name);
        message.getNestedTypes().forEach(nested -> add(nested, names));
    }
}
