@NullMarked
package io.postern.config.snapshot;

import org.jspecify.annotations.NullMarked;
