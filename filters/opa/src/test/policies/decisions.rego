# Every shape of decision that OPA's Envoy plugin knows; the header x-case picks one.
package decisions

http := input.attributes.request.http

pick := http.headers["x-case"]

result := {
	"true": true,
	"false": false,
	"allow": {"allowed": true},
	"deny": {"allowed": false},
	"headers": {"allowed": true, "headers": {"x-user": "ann", "x-existing": "new"}},
	"header-list": {"allowed": true, "headers": [{"x-user": "ann"}, {"x-user": "bob"}]},
	"header-values": {"allowed": true, "headers": {"x-user": ["ann", "bob"]}},
	"remove": {"allowed": true, "request_headers_to_remove": ["x-existing", ":path", "host"]},
	"response": {"allowed": true, "response_headers_to_add": {"x-decided-by": ["opa", "rego"]}},
	"query": {
		"allowed": true,
		"query_parameters_to_set": {"a": "9", "new": ["1", "2"]},
		"query_parameters_to_remove": ["b"],
	},
	"body": {"allowed": false, "body": "no entry", "http_status": 401, "headers": {"www-authenticate": "Bearer"}},
	"cookies": {"allowed": false, "headers": {"set-cookie": ["a=1", "b=2"]}},
	"status": {"allowed": false, "http_status": 451},
	"metadata": {"allowed": true, "dynamic_metadata": {"user": "ann", "level": 3}},
	"number": 1,
	"string": "yes",
	"no-allowed": {"headers": {}},
	"allowed-text": {"allowed": "true"},
	"bad-status": {"allowed": false, "http_status": 99},
	"text-status": {"allowed": false, "http_status": "403"},
	"bad-header": {"allowed": true, "headers": {"x-user": 1}},
	"split-header": {"allowed": true, "headers": {"x-user": "a\r\nx-admin: true"}},
	"bad-header-name": {"allowed": true, "headers": {"x user": "a"}},
	"bad-remove": {"allowed": true, "request_headers_to_remove": "x"},
	"bad-body": {"allowed": false, "body": {"a": 1}},
	"bad-query": {"allowed": true, "query_parameters_to_set": {"a": "x y"}},
	"bad-metadata": {"allowed": true, "dynamic_metadata": "x"},
}[pick]
