/** Command lines: what is understood, and what {@code --help} prints. */
@NullMarked
package io.postern.app.cli;

import org.jspecify.annotations.NullMarked;
