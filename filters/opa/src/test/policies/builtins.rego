# Calls one built-in function by name: what the host's own functions are compared with OPA by.
package builtins

f := input.f

# Sets cannot be written in JSON: {"set": [...]} stands for one.
operand(v) := {x | some x in v.set} if is_mark(v)

operand(v) := v if not is_mark(v)

is_mark(v) if is_array(v.set)

a := [operand(v) | some v in input.args]

result := base64url.encode_no_pad(a[0]) if f == "base64url.encode_no_pad"

result := crypto.hmac.equal(a[0], a[1]) if f == "crypto.hmac.equal"

result := crypto.hmac.md5(a[0], a[1]) if f == "crypto.hmac.md5"

result := crypto.hmac.sha1(a[0], a[1]) if f == "crypto.hmac.sha1"

result := crypto.hmac.sha256(a[0], a[1]) if f == "crypto.hmac.sha256"

result := crypto.hmac.sha512(a[0], a[1]) if f == "crypto.hmac.sha512"

result := crypto.md5(a[0]) if f == "crypto.md5"

result := crypto.sha1(a[0]) if f == "crypto.sha1"

result := crypto.sha256(a[0]) if f == "crypto.sha256"

result := glob.quote_meta(a[0]) if f == "glob.quote_meta"

result := hex.decode(a[0]) if f == "hex.decode"

result := hex.encode(a[0]) if f == "hex.encode"

result := indexof_n(a[0], a[1]) if f == "indexof_n"

result := io.jwt.decode(a[0]) if f == "io.jwt.decode"

result := io.jwt.decode_verify(a[0], a[1]) if f == "io.jwt.decode_verify"

result := io.jwt.verify_eddsa(a[0], a[1]) if f == "io.jwt.verify_eddsa"

result := io.jwt.verify_es256(a[0], a[1]) if f == "io.jwt.verify_es256"

result := io.jwt.verify_es384(a[0], a[1]) if f == "io.jwt.verify_es384"

result := io.jwt.verify_es512(a[0], a[1]) if f == "io.jwt.verify_es512"

result := io.jwt.verify_hs256(a[0], a[1]) if f == "io.jwt.verify_hs256"

result := io.jwt.verify_hs384(a[0], a[1]) if f == "io.jwt.verify_hs384"

result := io.jwt.verify_hs512(a[0], a[1]) if f == "io.jwt.verify_hs512"

result := io.jwt.verify_ps256(a[0], a[1]) if f == "io.jwt.verify_ps256"

result := io.jwt.verify_ps384(a[0], a[1]) if f == "io.jwt.verify_ps384"

result := io.jwt.verify_ps512(a[0], a[1]) if f == "io.jwt.verify_ps512"

result := io.jwt.verify_rs256(a[0], a[1]) if f == "io.jwt.verify_rs256"

result := io.jwt.verify_rs384(a[0], a[1]) if f == "io.jwt.verify_rs384"

result := io.jwt.verify_rs512(a[0], a[1]) if f == "io.jwt.verify_rs512"

result := sort(net.cidr_contains_matches(a[0], a[1])) if f == "net.cidr_contains_matches"

result := net.cidr_is_valid(a[0]) if f == "net.cidr_is_valid"

result := numbers.range_step(a[0], a[1], a[2]) if f == "numbers.range_step"

result := object.subset(a[0], a[1]) if f == "object.subset"

result := regex.find_n(a[0], a[1], a[2]) if f == "regex.find_n"

result := regex.match(a[0], a[1]) if f == "regex.match"

result := regex.replace(a[0], a[1], a[2]) if f == "regex.replace"

result := regex.split(a[0], a[1]) if f == "regex.split"

result := regex.template_match(a[0], a[1], a[2], a[3]) if f == "regex.template_match"

result := semver.compare(a[0], a[1]) if f == "semver.compare"

result := semver.is_valid(a[0]) if f == "semver.is_valid"

result := sprintf(a[0], a[1]) if f == "sprintf"

result := strings.any_prefix_match(a[0], a[1]) if f == "strings.any_prefix_match"

result := strings.any_suffix_match(a[0], a[1]) if f == "strings.any_suffix_match"

result := strings.count(a[0], a[1]) if f == "strings.count"

result := strings.split_n(a[0], a[1], a[2]) if f == "strings.split_n"

result := time.add_date(a[0], a[1], a[2], a[3]) if f == "time.add_date"

result := time.clock(a[0]) if f == "time.clock"

result := time.date(a[0]) if f == "time.date"

result := time.diff(a[0], a[1]) if f == "time.diff"

result := time.format(a[0]) if f == "time.format"

result := time.parse_duration_ns(a[0]) if f == "time.parse_duration_ns"

result := time.parse_ns(a[0], a[1]) if f == "time.parse_ns"

result := time.parse_rfc3339_ns(a[0]) if f == "time.parse_rfc3339_ns"

result := time.weekday(a[0]) if f == "time.weekday"

result := units.parse(a[0]) if f == "units.parse"

result := units.parse_bytes(a[0]) if f == "units.parse_bytes"

result := urlquery.decode(a[0]) if f == "urlquery.decode"

result := urlquery.decode_object(a[0]) if f == "urlquery.decode_object"

result := urlquery.encode(a[0]) if f == "urlquery.encode"

result := urlquery.encode_object(a[0]) if f == "urlquery.encode_object"

result := yaml.is_valid(a[0]) if f == "yaml.is_valid"

result := yaml.unmarshal(a[0]) if f == "yaml.unmarshal"

# The same for every case of a file; undefined ones are left out.
results := [{"case": i, "value": v} |
	some i, c in input.cases
	v := result with input as c
]
