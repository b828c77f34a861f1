/**
 * The Rego built-in functions that a compiled policy expects from its host: everything that OPA
 * does not compile into the module itself. The semantics are those of OPA's {@code topdown}
 * package; {@code Builtins} lists them all.
 */
@NullMarked
package io.postern.filters.opa.builtin;

import org.jspecify.annotations.NullMarked;
