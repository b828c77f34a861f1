/** {@code regex.*} on RE2/J, the only place that knows it: linear time, Go's syntax. */
@NullMarked
package io.postern.filters.opa.builtin.regex;

import org.jspecify.annotations.NullMarked;
