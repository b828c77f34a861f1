"""OPA beside Envoy: its evaluator behind Envoy's ext_authz protocol (../authz), with the policy of the demo."""

import http.client
import socket
import subprocess
import sys
import time

from bench.process import READY_SECONDS_MAX, Process, free_port

# Method, path and role: readers, writers, and all ways to be denied at once and alone.
REQUESTS = [
    ("GET", "/", "reader"),
    ("GET", "/", "writer"),
    ("POST", "/x", "writer"),
    ("POST", "/x", "reader"),
    ("GET", "/", None),
    ("GET", "/", "stranger"),
    ("GET", "/?debug=1", "reader"),
    ("DELETE", "/a?debug=1&b=2", "reader"),
]
COMPARED_HEADERS = ("content-type", "x-decided-by")


def start(here, policies, work, core):
    """Returns the process and its port."""
    program = here / "target" / "authz"
    subprocess.run(["go", "build", "-o", str(program), "."], cwd=here / "authz", check=True)
    port = free_port()
    command = [str(program), "-listen", f"127.0.0.1:{port}", "-policy", str(policies / "demo.rego"), "-entrypoint", "demo/decision"]
    process = Process("opa", command, work / "opa.log", core)
    deadline = time.monotonic() + READY_SECONDS_MAX
    while time.monotonic() < deadline and process.child.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process, port
        time.sleep(0.05)
    process.stop()
    raise SystemExit(f"opa does not listen:\n{process.tail()}")


def answers(port):
    """What a proxy answers to each of the requests."""
    seen = []
    for method, path, role in REQUESTS:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request(method, path, headers={"x-role": role} if role else {})
        answer = connection.getresponse()
        seen.append((method, path, role, answer.status, answer.read(), [answer.getheader(name) for name in COMPARED_HEADERS]))
        connection.close()
    return seen


def require_same(both):
    """Ends the program when two proxies decide differently: then nothing can be compared."""
    theirs, ours = both
    for expected, found in zip(theirs, ours):
        if expected != found:
            raise SystemExit(f"opa: the answers differ: {expected} and {found}")
    print(f"opa: {len(theirs)} requests are answered alike", file=sys.stderr)
