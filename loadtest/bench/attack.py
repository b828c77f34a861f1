"""Latencies of one route while the plugin of another route on the same workers attacks, beside the same without it.

Requests are sent at times that are fixed beforehand, and their latency counts from there: what waits behind a stalled
worker is counted, too. Each attack meets a process of its own, first quiet, then attacked at once and for a while.
"""

import argparse
import http.client
import json
import tempfile
import threading
import time
from pathlib import Path

from bench import load, proxies
from bench.process import Process, free_port

# What attacks.wasm does in proxy_on_request_headers ("h") when its configuration says so.
ATTACKS = {
    "none": "--",
    "loop": "hl",
    "memory": "hg",
    "logs": "hp",
    "host calls": "hP",
    "shared data": "hs",
    "traps": "hu",
    "recursion": "hr",
    "calls": "hD",
}
MODULE = proxies.ROOT / "filters/wasm/src/test/resources/wat/attacks.wasm"
CLIENTS = 8


def arguments():
    parser = argparse.ArgumentParser(prog="loadtest/attack", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("attacks", nargs="*", help=f"of {', '.join(ATTACKS)} (default: all)")
    parser.add_argument("--seconds", type=int, default=10, help="quiet, at the beginning of the attack, and later (default 10)")
    parser.add_argument("--warmup", type=int, default=10, help="seconds of load before it (default 10)")
    parser.add_argument("--rate", type=int, default=400, help="requests a second to the other route (default 400)")
    parser.add_argument("--hits", type=int, default=20, help="attacked requests a second (default 20)")
    parser.add_argument("--workers", type=int, default=1, help="worker threads of the proxy (default 1)")
    parser.add_argument("--json", type=Path, metavar="FILE")
    chosen = parser.parse_args()
    unknown = [name for name in chosen.attacks if name not in ATTACKS]
    if unknown:
        parser.error(f"{unknown} (expected: some of {list(ATTACKS)})")
    return chosen


class Client:
    """One connection that is opened again when it breaks."""

    def __init__(self, port, seconds_max):
        self.port, self.seconds_max, self.connection = port, seconds_max, None

    def get(self):
        """The status, or 0 when there was no answer."""
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.seconds_max)
            self.connection.request("GET", "/")
            answer = self.connection.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException):
            if self.connection:
                self.connection.close()
            self.connection = None
            return 0


def send(port, rate, seconds, clients, good):
    """Requests at even times; latencies in ms from the time each was due, and how many were not answered as they should be."""
    start, latencies, bad = time.monotonic() + 0.1, [], []

    def run(number):
        client = Client(port, 5)
        for i in range(number, rate * seconds, clients):
            due = start + i / rate
            time.sleep(max(0, due - time.monotonic()))
            if client.get() != good:
                bad.append(i)
            latencies.append((time.monotonic() - due) * 1000)

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    latencies.sort()
    at = lambda share: latencies[min(len(latencies) - 1, int(share * len(latencies)))]
    return {"requests": len(latencies), "bad": len(bad), "p50_ms": at(0.5), "p99_ms": at(0.99), "p999_ms": at(0.999), "most_ms": latencies[-1]}


class Attacker:
    """Attacked requests at even times for as long as it is open; what becomes of them is not looked at."""

    def __init__(self, port, rate):
        self.port, self.rate, self.stopped, self.done = port, rate, threading.Event(), 0

    def _run(self):
        client = Client(self.port, 5)
        while not self.stopped.wait(1 / self.rate):
            client.get()
            self.done += 1

    def __enter__(self):
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join()


def run(name, options, work, cores):
    upstream, upstream_port = load.nginx(work, cores[1])
    ports = {"LISTENER_PORT": free_port(), "ADMIN_PORT": free_port(), "ATTACKED_PORT": free_port(), "UPSTREAM_PORT": upstream_port}
    text = (proxies.CONFIGS / "attack.yaml").read_text()
    for key, value in {**ports, "PLUGINS": proxies.PLUGINS, "ATTACKS": MODULE, "ATTACK": ATTACKS[name]}.items():
        text = text.replace("${%s}" % key, str(value))
    config = work / "attack.yaml"
    config.write_text(text)
    command = [str(proxies.ROOT / "bin/postern"), "run", "-c", str(config), "--concurrency", str(options.workers), "--log-level", "off"]
    proxy = Process("postern", command, work / "postern.log", cores[0] if options.workers == 1 else None)
    try:
        proxy.await_answer(ports["LISTENER_PORT"])
        measured = lambda: send(ports["LISTENER_PORT"], options.rate, options.seconds, CLIENTS, 200)
        send(ports["LISTENER_PORT"], options.rate, options.warmup, CLIENTS, 200)
        quiet = measured()
        with Attacker(ports["ATTACKED_PORT"], options.hits) as attacker:
            first, later = measured(), measured()
        if proxy.child.poll() is not None:
            raise SystemExit(f"{name}: the proxy has ended:\n{proxy.tail()}")
        return {"quiet": quiet, "first": first, "later": later, "hits": attacker.done, "memory_mib": proxy.memory_mib()}
    finally:
        proxy.stop()
        upstream.stop()


def show(name, result):
    parts = "  ".join(f"{result[when]['p99_ms']:7.2f} {result[when]['p999_ms']:8.2f} {result[when]['most_ms']:8.2f}" for when in ("quiet", "first", "later"))
    bad = sum(result[when]["bad"] for when in ("quiet", "first", "later"))
    print(f"{name:<12} {parts}  {bad:>4} {result['hits']:>6} {result['memory_mib']:>5.0f}", flush=True)


def main():
    options = arguments()
    proxies.build()
    print(f"{'attack':<12} {'quiet p99, p99.9, most ms':^25}  {'first ' + str(options.seconds) + ' s':^25}  {'then':^25}   bad   hits   MiB")
    everything = {}
    for name in options.attacks or ATTACKS:
        with tempfile.TemporaryDirectory(prefix="attack") as directory:
            everything[name] = run(name, options, Path(directory), proxies.cores())
        show(name, everything[name])
    if options.json:
        options.json.write_text(json.dumps(everything, indent=1) + "\n")


if __name__ == "__main__":
    main()
