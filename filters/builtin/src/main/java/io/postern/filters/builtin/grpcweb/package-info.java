/** gRPC-Web for browsers: Envoy's {@code envoy.filters.http.grpc_web}. */
@NullMarked
package io.postern.filters.builtin.grpcweb;

import org.jspecify.annotations.NullMarked;
