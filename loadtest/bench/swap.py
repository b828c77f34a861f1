"""Swaps a file of routes (RDS) or of a plugin (ECDS) under load; prints what was lost and p99 beside a quiet run."""

import argparse
import json
import os
import statistics
import tempfile
import threading
from pathlib import Path

from bench import load, proxies
from bench.process import Process, free_port

TEMPLATES = {"routes": "swap-routes", "plugin": "swap-plugin"}
WARM_UP_SECONDS = 5


def arguments():
    parser = argparse.ArgumentParser(prog="loadtest/swap", description=__doc__)
    parser.add_argument("what", nargs="*", choices=[[], *TEMPLATES], help="what is swapped (default: both)")
    parser.add_argument("--seconds", type=int, default=60, help="quiet, and as many while it is swapped (default 60)")
    parser.add_argument("--turns", type=int, default=6, help="quiet and swapped by turns: what else the machine does meets both (default 6)")
    parser.add_argument("--every", type=float, default=0.1, metavar="SECONDS", help="between two swaps (default 0.1)")
    parser.add_argument("--only", choices=["envoy", "postern"], help="only that proxy")
    parser.add_argument("--limit", type=float, metavar="RATIO", help="exit 1 when Postern loses a request or its p99 grows by more")
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser.parse_args()


def together(turns):
    """One run of several: everything added up, latencies of the turn in the middle."""
    middle = lambda key: statistics.median(turn[key] for turn in turns)
    added = lambda key: sum(turn[key] for turn in turns)
    return {
        **{key: added(key) for key in ("requests", "bad")},
        **{key: middle(key) for key in ("per_second", "p50_ms", "p99_ms")},
    }


class Swapper:
    """Moves a new version of the watched file into its place, again and again."""

    def __init__(self, path, text, every):
        self.path, self.text, self.every = path, text, every
        self.version = 0

    def swap(self):
        self.version += 1
        fresh = self.path.with_suffix(".fresh")
        fresh.write_text(self.text.replace("${VERSION}", str(self.version)))
        os.replace(fresh, self.path)

    def _run(self, stopped):
        while not stopped.wait(self.every):
            self.swap()

    def __enter__(self):
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(self.stopped,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join()


def prepare(what, upstream_port, work, every):
    """Writes the configuration; returns it, its port, and who swaps the rest of it."""
    ports = {"LISTENER_PORT": free_port(), "ADMIN_PORT": free_port(), "UPSTREAM_PORT": upstream_port}
    values = {**ports, "PLUGINS": proxies.PLUGINS, "DIRECTORY": work}

    def filled(name):
        text = (proxies.CONFIGS / name).read_text()
        for key, value in values.items():
            text = text.replace("${%s}" % key, str(value))
        return text

    config = work / f"{what}.yaml"
    config.write_text(filled(f"{TEMPLATES[what]}.yaml"))
    swapper = Swapper(work / "swapped.yaml", filled(f"{TEMPLATES[what]}-resource.yaml"), every)
    swapper.swap()
    return config, ports, swapper


def run(name, what, options, work, cores):
    upstream, upstream_port = load.nginx(work, cores[1])
    config, ports, swapper = prepare(what, upstream_port, work, options.every)
    command = proxies.command_of(name, None, config, ports)
    proxy = Process(name, command, work / f"{name}-{what}.log", cores[0])
    port = ports["LISTENER_PORT"]
    try:
        proxy.await_answer(port)
        load.wrk(port, WARM_UP_SECONDS, cores[1])
        before, quiet, swapped = swapper.version, [], []
        for _ in range(options.turns):
            quiet.append(load.wrk(port, options.seconds // options.turns, cores[1]))
            with swapper:
                swapped.append(load.wrk(port, options.seconds // options.turns, cores[1]))
        return {
            "quiet": together(quiet),
            "swapped": together(swapped),
            "turns": {"quiet": quiet, "swapped": swapped},
            "swaps": swapper.version - before,
            "memory_mib": proxy.memory_mib(),
        }
    finally:
        proxy.stop()
        upstream.stop()


def show(name, what, result):
    quiet, swapped = result["quiet"], result["swapped"]
    print(
        f"{name:<8} {what:<7} {result['swaps']} swaps: {swapped['bad']} of {swapped['requests']} requests lost or bad,"
        f" p99 {quiet['p99_ms']:.2f} -> {swapped['p99_ms']:.2f} ms ({swapped['p99_ms'] / quiet['p99_ms']:.2f}),"
        f" {quiet['per_second']:.0f} -> {swapped['per_second']:.0f} requests/s, RSS {result['memory_mib']:.0f} MiB",
        flush=True,
    )


def main():
    options = arguments()
    proxies.build()
    everything, failures = {}, []
    for what in options.what or TEMPLATES:
        for name in [options.only] if options.only else ["envoy", "postern"]:
            with tempfile.TemporaryDirectory(prefix="swap") as directory:
                result = run(name, what, options, Path(directory), proxies.cores())
            everything[f"{name} {what}"] = result
            show(name, what, result)
            ratio = result["swapped"]["p99_ms"] / result["quiet"]["p99_ms"]
            if name == "postern" and (result["swapped"]["bad"] or (options.limit and ratio > options.limit)):
                failures.append(what)
    if options.json:
        options.json.write_text(json.dumps(everything, indent=1) + "\n")
    if failures:
        raise SystemExit(f"postern: over the limit: {', '.join(failures)}")


if __name__ == "__main__":
    main()
