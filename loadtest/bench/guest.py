"""Builds the guests, runs them in Postern, in Envoy and in Node, and prints each figure beside V8's."""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import proxies
from bench.process import free_port

GUESTS = proxies.HERE / "guests"
KINDS = ["json", "regexp", "sha256"]
GOAL = 1.5
LINE = re.compile(r"guest (\w+) ([0-9.]+)")


def arguments():
    parser = argparse.ArgumentParser(prog="loadtest/guest", description=__doc__)
    parser.add_argument("languages", nargs="*", default=["rust", "go"], help="rust, go (default: both)")
    parser.add_argument("--seconds", type=float, default=8, help="for each piece of work (default 8; Postern ends a start after 30 s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there too")
    return parser.parse_args()


def build_rust(target):
    """With Debian's compiler and the standard library's source, as filters/plugins/build does."""
    version = subprocess.run(["/usr/bin/rustc", "-vV"], check=True, capture_output=True, text=True).stdout
    llvm = re.search(r"LLVM version: (\d+)", version).group(1)
    linker = next(path for path in (f"/usr/bin/wasm-ld-{llvm}", "/usr/bin/wasm-ld") if Path(path).exists())
    environment = {**os.environ, "RUSTC": "/usr/bin/rustc", "RUSTC_BOOTSTRAP": "1", "CARGO_TARGET_DIR": str(target),
                   "RUSTFLAGS": f"-Clinker={linker} -Clink-arg=-zstack-size=131072"}
    subprocess.run(["/usr/bin/cargo", "build", "--quiet", "--release", "--locked", "-Zbuild-std=std,panic_abort",
                    "--target", "wasm32-unknown-unknown"], cwd=GUESTS / "rust", env=environment, check=True)
    return target / "wasm32-unknown-unknown/release/guest.wasm"


def build_go(target):
    module = target / "guest-go.wasm"
    environment = {**os.environ, "GOOS": "wasip1", "GOARCH": "wasm"}
    subprocess.run(["go", "build", "-buildmode=c-shared", "-ldflags=-s", "-o", str(module), "."],
                   cwd=GUESTS / "go", env=environment, check=True)
    return module


BUILDERS = {"rust": build_rust, "go": build_go}


def best(lines):
    """The least figure of each kind: Envoy configures a plugin once on its main thread, too."""
    found = {}
    for kind, nanos in LINE.findall(lines):
        found[kind] = min(float(nanos), found.get(kind, float("inf")))
    return found


def in_node(module, milliseconds):
    command = ["node", "--no-warnings", str(GUESTS / "host.mjs"), str(module), str(milliseconds)]
    return best(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def in_proxy(name, module, milliseconds, work):
    """A proxy that has configured its plugin has measured."""
    ports = {"LISTENER_PORT": free_port()}
    values = {**ports, "GUEST": module, "MILLISECONDS": milliseconds}
    text = (proxies.CONFIGS / "guest.yaml").read_text()
    for key, value in values.items():
        text = text.replace("${%s}" % key, str(value))
    config = work / f"{name}.yaml"
    config.write_text(text)
    command = proxies.command_of(name, None, config, ports)
    command[command.index("--log-level") + 1] = "info"
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    lines, wanted = [], len(KINDS) * (2 if name == "envoy" else 1)
    try:
        for line in process.stderr:
            lines += [line] if LINE.search(line) else []
            if "rror" in line or "ritical" in line:
                print(f"{name}: {line.rstrip()}", file=sys.stderr)
            if len(lines) >= wanted:
                break
        return best("".join(lines))
    finally:
        process.terminate()
        process.wait(20)


def table(results):
    lines = [f"{'guest':<14}{'Node ns':>12}{'Envoy ns':>12}{'Postern ns':>12}{'to Node':>9}{'to Envoy':>10}"]
    for language, hosts in results.items():
        for kind in KINDS:
            node, envoy, ours = (hosts[host].get(kind, float("nan")) for host in ("node", "envoy", "postern"))
            over = "" if ours / min(node, envoy) <= GOAL else f"  OVER the goal of {GOAL}"
            lines.append(f"{language + ' ' + kind:<14}{node:>12.0f}{envoy:>12.0f}{ours:>12.0f}{ours / node:>9.2f}{ours / envoy:>10.2f}{over}")
    return "\n".join(lines)


def main():
    options = arguments()
    proxies.build()
    milliseconds = int(options.seconds * 1000)
    results = {}
    with tempfile.TemporaryDirectory() as directory:
        work = Path(directory)
        target = proxies.HERE / "target"
        target.mkdir(exist_ok=True)
        for language in options.languages:
            module = BUILDERS[language](target / language if language == "rust" else target)
            results[language] = {"node": in_node(module, milliseconds)}
            for proxy in ("envoy", "postern"):
                results[language][proxy] = in_proxy(proxy, module, milliseconds, work)
            print(f"{language}: {results[language]}", file=sys.stderr)
    print(table(results))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
