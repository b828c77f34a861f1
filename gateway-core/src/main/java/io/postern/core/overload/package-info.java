/** The overload manager: measures pressures, and says how strong each overload action is. */
@NullMarked
package io.postern.core.overload;

import org.jspecify.annotations.NullMarked;
