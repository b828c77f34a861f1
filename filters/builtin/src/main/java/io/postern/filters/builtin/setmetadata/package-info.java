/** The filter that notes fixed dynamic metadata. */
@NullMarked
package io.postern.filters.builtin.setmetadata;

import org.jspecify.annotations.NullMarked;
