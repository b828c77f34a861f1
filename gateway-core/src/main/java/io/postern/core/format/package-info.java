/** Envoy's command operators: writes formats from what is known about a stream. */
@NullMarked
package io.postern.core.format;

import org.jspecify.annotations.NullMarked;
