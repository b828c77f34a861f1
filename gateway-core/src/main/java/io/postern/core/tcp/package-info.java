/** Connections that are proxied as they are: {@code tcp_proxy}. */
@NullMarked
package io.postern.core.tcp;

import org.jspecify.annotations.NullMarked;
