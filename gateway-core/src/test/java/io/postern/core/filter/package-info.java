@NullMarked
package io.postern.core.filter;

import org.jspecify.annotations.NullMarked;
