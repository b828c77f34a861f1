@NullMarked
package io.postern.filters.opa.builtin;

import org.jspecify.annotations.NullMarked;
