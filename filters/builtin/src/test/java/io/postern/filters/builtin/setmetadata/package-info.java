/** Tests. */
@NullMarked
package io.postern.filters.builtin.setmetadata;

import org.jspecify.annotations.NullMarked;
