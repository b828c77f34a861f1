/** The dynamic forward proxy's filter. */
@NullMarked
package io.postern.filters.builtin.forwardproxy;

import org.jspecify.annotations.NullMarked;
