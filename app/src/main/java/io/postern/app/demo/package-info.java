/** {@code postern demo}: two small upstreams and what to try. */
@NullMarked
package io.postern.app.demo;

import org.jspecify.annotations.NullMarked;
