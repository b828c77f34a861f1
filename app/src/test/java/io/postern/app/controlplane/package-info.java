@NullMarked
package io.postern.app.controlplane;

import org.jspecify.annotations.NullMarked;
