/** Pure functions from a route table and a request head to a decision. */
@NullMarked
package io.postern.core.route;

import org.jspecify.annotations.NullMarked;
