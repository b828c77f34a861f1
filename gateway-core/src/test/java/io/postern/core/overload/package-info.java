@NullMarked
package io.postern.core.overload;

import org.jspecify.annotations.NullMarked;
