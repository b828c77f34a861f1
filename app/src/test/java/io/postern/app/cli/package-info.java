@NullMarked
package io.postern.app.cli;

import org.jspecify.annotations.NullMarked;
