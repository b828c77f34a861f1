# A role check with a plain boolean for an answer: what most policies do, and what is measured.
package roles

default allow := false

http := input.attributes.request.http

allow if {
	http.method == "GET"
	http.headers["x-role"] == "reader"
}

allow if {
	http.method in {"POST", "PUT"}
	http.headers["x-role"] == "writer"
	input.parsed_path[0] == "api"
}

allow if data.superusers[http.headers["x-user"]]
