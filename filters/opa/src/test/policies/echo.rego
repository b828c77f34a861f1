# Refuses every request and shows the input document: what policies see.
package echo

decision := {"allowed": false, "http_status": 403, "body": json.marshal(input)}

# What a policy finds in a body.
parsed_body := {"allowed": false, "body": json.marshal([input.parsed_body, input.truncated_body])}
