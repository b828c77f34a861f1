/** The filter that keeps sessions on their hosts. */
@NullMarked
package io.postern.filters.builtin.statefulsession;

import org.jspecify.annotations.NullMarked;
