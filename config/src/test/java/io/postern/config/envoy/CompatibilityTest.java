package io.postern.config.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.postern.config.Golden;
import io.postern.config.envoy.MessageSupport.Support;
import io.postern.config.message.MessageTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Writes docs/envoy-compat.md from what the translators declare. */
class CompatibilityTest {
    private static final Path PAGE = Path.of("../docs/envoy-compat.md");

    /** Messages people use, whether they are supported or not; one name a line. */
    private static final Path LIST = Path.of("src/test/resources/compat-messages.txt");

    private final SupportTable table = new SupportTable();
    private final MessageTypes types = new MessageTypes();

    @Test
    void everyDeclaredFieldExists() {
        for (var message : table.messages()) {
            var type = descriptor(message.type());
            assertThat(message.fields().keySet())
                    .as(message.type())
                    .allSatisfy(name -> assertThat(type.findFieldByName(name)).isNotNull());
        }
    }

    @Test
    void thePageSaysWhatIsSupported() throws IOException {
        // Given
        var names = new TreeSet<String>();
        table.messages().forEach(message -> names.add(message.type()));
        for (var line : Files.readAllLines(LIST)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                names.add(line.strip());
            }
        }

        // When
        var page = page(names);

        // Then
        Golden.compare(PAGE, page);
    }

    private String page(Set<String> names) {
        var page = new StringBuilder(HEAD);
        page.append("## Messages\n\n| message | fields read | of |\n|---|---:|---:|\n");
        for (var name : names) {
            var declared = table.of(name);
            long read = declared == null ? 0 : countRead(declared);
            var status =
                    declared == null
                            ? name + " **not yet**"
                            : "[" + name + "](#" + anchor(name) + ")";
            page.append("| %s | %d | %d |\n".formatted(status, read, fields(name).size()));
        }
        page.append('\n');
        for (var name : names) {
            var declared = table.of(name);
            if (declared != null) {
                section(declared, page);
            }
        }
        return page.toString();
    }

    private static long countRead(MessageSupport declared) {
        return declared.fields().values().stream()
                .filter(support ->
                        support instanceof Support.Read || support instanceof Support.Opaque)
                .count();
    }

    private void section(MessageSupport declared, StringBuilder page) {
        page.append("## ").append(declared.type()).append("\n\n");
        var fields = fields(declared.type());
        if (fields.isEmpty()) {
            page.append("Supported; it has no fields.\n\n");
            return;
        }
        page.append("| field | |\n|---|---|\n");
        for (var field : fields) {
            var support = declared.fields().get(field.getName());
            var deprecated = field.getOptions().getDeprecated() ? " (deprecated)" : "";
            page.append("| `%s`%s | %s |\n".formatted(field.getName(), deprecated, text(support)));
        }
        page.append('\n');
    }

    private static String text(@Nullable Support support) {
        return switch (support) {
            case null -> "not yet";
            case Support.Read(var note) -> note.isEmpty() ? "supported" : "supported: " + note;
            case Support.Opaque() -> "supported: any message";
            case Support.Accepted(var reason) -> "accepted with a warning: " + reason;
            case Support.Only(var value) -> "only `" + value + "`, which is the default";
        };
    }

    private List<FieldDescriptor> fields(String type) {
        return descriptor(type).getFields();
    }

    private Descriptor descriptor(String type) {
        var prototype = types.prototype(type);
        if (prototype == null) {
            throw new AssertionError("no such message: " + type);
        }
        return prototype.getDescriptorForType();
    }

    /** GitHub's anchors: lower case, without dots and underscores kept. */
    private static String anchor(String name) {
        return name.toLowerCase(Locale.ROOT).replace(".", "");
    }

    private static final String HEAD =
            """
            # What of Envoy's configuration Postern supports

            Made by CompatibilityTest from the declarations of the translators in config.envoy; do not edit.
            `mvn -pl config test -Dtest=CompatibilityTest -Dgolden.update=true` makes it anew.

            The reference is Envoy 1.40's v3 API (messages as of 1.37, the newest published for Java).

            - **supported**: read, with Envoy's meaning and Envoy's default.
            - **accepted with a warning**: has no effect here, and cannot change what a request sees.
            - **not yet**: an error that names the field, its path and its place. Nothing is ignored silently.

            A type URL that is not on this page is an error too, except under `is_optional: true`, where the
            filter is left out with a warning, as Envoy's API allows. Any `typed_config` may be a `udpa.type.v1.TypedStruct`
            or `xds.type.v3.TypedStruct` that stands for a message of this page.

            Where Postern says more than Envoy: it refuses two listeners of one name and an HTTP filter chain
            without a router, and warns about a route that an earlier one shadows, a `typed_per_filter_config`
            key that no filter has, `per_try_timeout` beyond the route's timeout, unknown `retry_on` tokens,
            keys that occur twice in a map, two virtual hosts of one name, and a second YAML document. Where it
            allows more: Wasm configuration per route.

            """;
}
