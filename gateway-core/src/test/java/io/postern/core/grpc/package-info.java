@NullMarked
package io.postern.core.grpc;

import org.jspecify.annotations.NullMarked;
