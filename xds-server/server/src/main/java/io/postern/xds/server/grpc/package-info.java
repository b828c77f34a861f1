/** The discovery services on gRPC: the only package that knows it. */
@NullMarked
package io.postern.xds.server.grpc;

import org.jspecify.annotations.NullMarked;
