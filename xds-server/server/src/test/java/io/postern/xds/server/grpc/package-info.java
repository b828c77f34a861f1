@NullMarked
package io.postern.xds.server.grpc;

import org.jspecify.annotations.NullMarked;
