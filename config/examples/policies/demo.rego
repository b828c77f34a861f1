# The demo's policy: readers may read, writers may write, everyone else is told why not.
#
# It decides about requests to /opa. Try it against the running demo:
#
#   curl -i http://127.0.0.1:10000/opa                                    403: no role
#   curl -i http://127.0.0.1:10000/opa -H 'x-role: reader'                200
#   curl -i http://127.0.0.1:10000/opa -H 'x-role: reader' -d 'hello'     403: readers only read
#   curl -i http://127.0.0.1:10000/opa -H 'x-role: writer' -d 'hello'     200
#   curl -i 'http://127.0.0.1:10000/opa?debug=1' -H 'x-role: writer'      403: debug is not for the public
#
# `input` is the document that OPA's Envoy plugin makes; docs/filters/opa.md lists its members.
# Compile it again with ./build after a change.
package demo

import rego.v1

http := input.attributes.request.http

role := http.headers["x-role"]

reads := {"GET", "HEAD"}

writes := {"POST", "PUT", "PATCH", "DELETE"}

reasons contains "say who you are: x-role is missing" if not role

reasons contains sprintf("the role %q is not known", [role]) if not role in {"reader", "writer"}

reasons contains sprintf("a %s may not %s", [role, http.method]) if {
	role == "reader"
	not http.method in reads
}

reasons contains sprintf("a %s may not %s", [role, http.method]) if {
	role == "writer"
	not http.method in (reads | writes)
}

reasons contains "debug is not for the public" if input.parsed_query.debug

# The decision, in the words of OPA's Envoy plugin: what the upstream and the client are told.
decision := {
	"allowed": true,
	"headers": {"x-policy": sprintf("demo; role=%s", [role])},
	"request_headers_to_remove": ["x-role"],
	"response_headers_to_add": {"x-decided-by": "opa"},
} if {
	count(reasons) == 0
}

decision := {
	"allowed": false,
	"http_status": 403,
	"headers": {"content-type": "text/plain"},
	"body": sprintf("denied: %s\n", [concat("; ", sort(reasons))]),
} if {
	count(reasons) > 0
}
