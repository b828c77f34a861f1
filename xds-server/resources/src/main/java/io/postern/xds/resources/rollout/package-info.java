/** New versions of plugins and policies that are to be tried before they serve everybody. */
@NullMarked
package io.postern.xds.resources.rollout;

import org.jspecify.annotations.NullMarked;
