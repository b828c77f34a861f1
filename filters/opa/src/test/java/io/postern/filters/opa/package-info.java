@NullMarked
package io.postern.filters.opa;

import org.jspecify.annotations.NullMarked;
