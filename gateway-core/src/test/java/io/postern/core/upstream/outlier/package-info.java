/** Outlier detection: which hosts are taken out for what their answers are, and for how long. */
@NullMarked
package io.postern.core.upstream.outlier;

import org.jspecify.annotations.NullMarked;
