package io.postern.xds.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.source.Diagnostics;
import io.postern.config.source.JsonReader;
import io.postern.config.source.SourceNode.MapNode;
import io.postern.xds.resources.document.JsonSchema;
import io.postern.xds.resources.document.Kind;
import io.postern.xds.resources.kind.Kinds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The published schemas are those that documents are checked with. */
class SchemaTest {
    private static final Path SCHEMAS = Path.of("../../docs/schemas");

    static List<Kind> kinds() {
        return Kinds.all();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void thePublishedSchemaIsUpToDate(Kind kind) throws IOException {
        // Given
        var schema = JsonSchema.of(kind);

        // When
        var diagnostics = new Diagnostics();
        var tree = JsonReader.read("schema", schema, diagnostics);

        // Then
        assertThat(diagnostics.errors()).isEmpty();
        assertThat(tree).isInstanceOf(MapNode.class);
        Golden.compare(SCHEMAS.resolve(kind.name().toLowerCase(Locale.ROOT) + ".json"), schema);
    }
}
