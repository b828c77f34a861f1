/** Gateways and real management servers. */
@NullMarked
package io.postern.app.management;

import org.jspecify.annotations.NullMarked;
