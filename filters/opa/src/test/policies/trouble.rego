# Policies that go wrong while they are evaluated.
package trouble

http := input.attributes.request.http

# Two answers to one question: a conflict.
conflict := true if http.method == "GET"

conflict := false if http.headers["x-conflict"]

# Takes as many steps as x-steps squared.
slow if {
	n := to_number(http.headers["x-steps"])
	some i in numbers.range(1, n)
	some j in numbers.range(1, n)
	i * j == -1
}

default calm := false

calm := true if http.headers["x-steps"] == "1"

calm := true if slow

# Fills the memory.
huge := count(concat("", [s | some i in numbers.range(1, to_number(http.headers["x-steps"])); s := sprintf("%0200d", [i])])) > 0

# A built-in function that cannot work with its operands is undefined, and so is this.
undefined if time.parse_rfc3339_ns(http.headers["x-time"]) > 0
