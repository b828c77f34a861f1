@NullMarked
package io.postern.xds.resources;

import org.jspecify.annotations.NullMarked;
