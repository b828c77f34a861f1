/** The {@code postern} command: {@link io.postern.app.Assembly} constructs everything. */
@NullMarked
package io.postern.app;

import org.jspecify.annotations.NullMarked;
