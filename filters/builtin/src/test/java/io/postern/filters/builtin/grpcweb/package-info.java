@NullMarked
package io.postern.filters.builtin.grpcweb;

import org.jspecify.annotations.NullMarked;
