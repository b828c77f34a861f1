/** Other people's test suites, through a gateway. */
@NullMarked
package io.postern.app.interop;

import org.jspecify.annotations.NullMarked;
