/** How a host is chosen among equals: pure, no hosts, no sockets. */
@NullMarked
package io.postern.core.upstream.balance;

import org.jspecify.annotations.NullMarked;
