/**
 * Two versions of a filter at once: who meets which, what each costs, and what a shadow would have
 * done.
 */
@NullMarked
package io.postern.core.rollout;

import org.jspecify.annotations.NullMarked;
