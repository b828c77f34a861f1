@NullMarked
package io.postern.xds.resources.plugin;

import org.jspecify.annotations.NullMarked;
