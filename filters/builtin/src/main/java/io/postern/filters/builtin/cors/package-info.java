/** Cross-origin resource sharing: Envoy's {@code envoy.filters.http.cors}. */
@NullMarked
package io.postern.filters.builtin.cors;

import org.jspecify.annotations.NullMarked;
