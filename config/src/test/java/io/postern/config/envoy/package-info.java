@NullMarked
package io.postern.config.envoy;

import org.jspecify.annotations.NullMarked;
