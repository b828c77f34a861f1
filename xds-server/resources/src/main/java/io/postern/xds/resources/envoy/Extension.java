package io.postern.xds.resources.envoy;

import com.google.protobuf.Message;
import io.postern.xds.resources.document.Document;
import java.util.Comparator;
import java.util.List;

/**
 * An HTTP filter that a document asks for.
 *
 * @param filter its name, also that of its resource
 * @param phase earlier ones see requests first
 * @param priority in a phase the highest is first
 */
record Extension(String filter, Document owner, int phase, int priority, Content content) {
    static final int AUTHN = 0;
    static final int AUTHZ = 1;
    static final int NORMAL = 2;
    static final int STATS = 3;

    /** The order of filters. */
    static final Comparator<Extension> ORDER =
            Comparator.comparingInt(Extension::phase)
                    .thenComparing(Extension::priority, Comparator.reverseOrder())
                    .thenComparing(Extension::filter);

    /** What it is. */
    sealed interface Content {}

    /**
     * It can be served.
     *
     * @param typeUrls what its configuration may be, now and later; empty: only what it is
     */
    record Usable(Message config, List<String> typeUrls) implements Content {
        Usable(Message config) {
            this(config, List.of());
        }
    }

    /**
     * It cannot.
     *
     * @param closed whether requests must be refused without it
     */
    record Missing(boolean closed) implements Content {}
}
