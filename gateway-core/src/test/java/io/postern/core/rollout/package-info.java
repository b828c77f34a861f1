@NullMarked
package io.postern.core.rollout;

import org.jspecify.annotations.NullMarked;
