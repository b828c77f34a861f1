@NullMarked
package io.postern.filters.builtin.cors;

import org.jspecify.annotations.NullMarked;
