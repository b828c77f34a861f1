/**
 * What a policy decided: its result read as OPA's Envoy plugin reads it, and carried out as Envoy's
 * ext_authz filter does.
 *
 * <p>Source: {@code envoyauth/response.go} of opa-envoy-plugin, {@code ext_authz.cc} of Envoy.
 */
@NullMarked
package io.postern.filters.opa.decision;

import org.jspecify.annotations.NullMarked;
