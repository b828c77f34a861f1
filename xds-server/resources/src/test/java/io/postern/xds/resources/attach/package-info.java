@NullMarked
package io.postern.xds.resources.attach;

import org.jspecify.annotations.NullMarked;
