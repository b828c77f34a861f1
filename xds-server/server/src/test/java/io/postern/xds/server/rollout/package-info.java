@NullMarked
package io.postern.xds.server.rollout;

import org.jspecify.annotations.NullMarked;
