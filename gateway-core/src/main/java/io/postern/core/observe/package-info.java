/** Counters, histograms and access logs; what /stats shows. */
@NullMarked
package io.postern.core.observe;

import org.jspecify.annotations.NullMarked;
