/** What filters do with whole connections: network filters, in front of HTTP and tcp_proxy. */
@NullMarked
package io.postern.core.network;

import org.jspecify.annotations.NullMarked;
