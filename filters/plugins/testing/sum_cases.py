"""The checked-in files are those of SHA256SUMS."""

import hashlib

from testing.envoy import HERE, WASM


def run(report):
    listed = [line.split() for line in (HERE / "SHA256SUMS").read_text().splitlines() if not line.startswith("#")]
    actual = [[hashlib.sha256(path.read_bytes()).hexdigest(), str(path.relative_to(HERE))] for path in WASM.values()]
    report.check("the plugins are those of SHA256SUMS", actual, listed)
