/**
 * {@code io.jwt.*}: JSON Web Tokens (RFC 7515, 7517, 7519) as OPA reads them. The only place that
 * knows Nimbus, which reads the keys; signatures are checked by the JDK, because OPA takes secrets
 * and curves that Nimbus refuses.
 */
@NullMarked
package io.postern.filters.opa.builtin.jwt;

import org.jspecify.annotations.NullMarked;
