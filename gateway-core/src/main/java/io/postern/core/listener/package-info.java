/** Accepts connections, TLS, filter chain match, drain. */
@NullMarked
package io.postern.core.listener;

import org.jspecify.annotations.NullMarked;
