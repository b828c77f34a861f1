/** Tests of {@code postern plugin}. */
@NullMarked
package io.postern.app.plugin;

import org.jspecify.annotations.NullMarked;
