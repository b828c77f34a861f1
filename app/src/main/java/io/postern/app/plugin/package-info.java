/** {@code postern plugin}: plugins in files and in registries. */
@NullMarked
package io.postern.app.plugin;

import org.jspecify.annotations.NullMarked;
