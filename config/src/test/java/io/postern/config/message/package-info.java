@NullMarked
package io.postern.config.message;

import org.jspecify.annotations.NullMarked;
