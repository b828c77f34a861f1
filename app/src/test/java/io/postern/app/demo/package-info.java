@NullMarked
package io.postern.app.demo;

import org.jspecify.annotations.NullMarked;
