/** The commands of the management server. */
@NullMarked
package io.postern.app.controlplane;

import org.jspecify.annotations.NullMarked;
