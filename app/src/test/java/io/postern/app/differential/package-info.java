/**
 * The differential test: the same configuration and the same requests through a real Envoy and
 * through Postern, each with its own recording upstream, and every difference in what the upstream
 * received or the client got. Cases are data: {@code src/test/resources/differential}.
 */
@NullMarked
package io.postern.app.differential;

import org.jspecify.annotations.NullMarked;
