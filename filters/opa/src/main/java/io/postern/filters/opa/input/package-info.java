/**
 * The input document of a decision, as OPA's Envoy plugin makes it from Envoy's CheckRequest:
 * written as JSON octets in one go, without a tree of objects.
 *
 * <p>Source: {@code envoyauth/request.go} of opa-envoy-plugin, Envoy's {@code
 * check_request_utils.cc} and {@code envoy.service.auth.v3.AttributeContext}.
 */
@NullMarked
package io.postern.filters.opa.input;

import org.jspecify.annotations.NullMarked;
