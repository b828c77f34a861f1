/** The admin server, with Envoy's paths and shapes. */
@NullMarked
package io.postern.core.admin;

import org.jspecify.annotations.NullMarked;
