/** Runs the filter chain of one stream: pause, resume, hold, local replies. */
@NullMarked
package io.postern.core.filter;

import org.jspecify.annotations.NullMarked;
