/** Outgoing gRPC streams through clusters, on the gateway's own HTTP/2. */
@NullMarked
package io.postern.core.grpc;

import org.jspecify.annotations.NullMarked;
