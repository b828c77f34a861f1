"""Streams a GiB down and up through each proxy, then stops the reader and sees when the sender is stopped."""

import argparse
import json
import tempfile
import threading
import time
from pathlib import Path

from bench import proxies, stream

MIB = 1024 * 1024
READ_BEFORE_STOP = MIB
# Kernel buffers on both sides of a proxy take about 13 MiB on loopback; a proxy's own buffers must stay small beside them.
IN_FLIGHT_MIB_MAX = 32


def arguments():
    parser = argparse.ArgumentParser(prog="loadtest/bigbody", description=__doc__)
    parser.add_argument("--mib", type=int, default=1024, help="size of the body (default 1024)")
    parser.add_argument("--only", choices=["envoy", "postern"], help="only that proxy")
    parser.add_argument("--postern", metavar="COMMAND", help="another command in Postern's place; {LISTENER_PORT}, {UPSTREAM_PORT} and {CONFIG} are filled in")
    parser.add_argument("--limit-mib", type=int, help="exit 1 when Postern's memory grows by more than that")
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser.parse_args()


def transfer(proxy, port, size, upload):
    """One whole body; tells what it did to the proxy's memory."""
    proxy.reset_peak()
    before, started, cpu = proxy.memory_mib(), time.monotonic(), proxy.cpu_seconds()
    client = stream.Client(port)
    try:
        client.upload(size) if upload else client.download()
    finally:
        client.close()
    seconds = time.monotonic() - started
    return {
        "before_mib": before,
        "after_mib": proxy.memory_mib(),
        "peak_mib": proxy.memory_mib("VmHWM"),
        "mib_per_second": size / MIB / seconds,
        "cpu_seconds": proxy.cpu_seconds() - cpu,
    }


def stopped_download(proxy, port, upstream):
    """The client stops reading after a MiB: how much the upstream got rid of until then, beyond that MiB."""
    upstream.sent = 0
    before, client = proxy.memory_mib(), stream.Client(port)
    client.download(stop_after=READ_BEFORE_STOP)
    accepted = stream.settled(lambda: upstream.sent) - READ_BEFORE_STOP
    grown = proxy.memory_mib() - before
    client.close()
    return {"accepted_mib": accepted / MIB, "memory_growth_mib": grown, "stopped": accepted / MIB < IN_FLIGHT_MIB_MAX}


def stopped_upload(proxy, port, upstream):
    """The upstream does not read: how much of the body the client got rid of."""
    upstream.received = 0
    upstream.reading.clear()
    before, client = proxy.memory_mib(), stream.Client(port)
    threading.Thread(target=_upload_quietly, args=(client, upstream.size), daemon=True).start()
    accepted = stream.settled(lambda: client.transferred)
    grown = proxy.memory_mib() - before
    client.close()
    upstream.reading.set()
    return {"accepted_mib": accepted / MIB, "memory_growth_mib": grown, "stopped": accepted / MIB < IN_FLIGHT_MIB_MAX}


def _upload_quietly(client, size):
    try:
        client.upload(size)
    except OSError:
        pass  # closed by the test


def run(name, options, work):
    size = options.mib * MIB
    upstream = stream.Upstream(size)
    override = options.postern if name == "postern" else None
    proxy, port = proxies.start(name, "plain.yaml", upstream.port, work, None, override, ready_path="/small")
    try:
        results = {}
        for label, upload in (("download", False), ("upload", True), ("download again", False), ("upload again", True)):
            upstream.sent = upstream.received = 0
            results[label] = transfer(proxy, port, size, upload)
        results["stopped reader"] = stopped_download(proxy, port, upstream)
        results["stopped upstream"] = stopped_upload(proxy, port, upstream)
        return results
    finally:
        proxy.stop()
        upstream.close()


def show(name, results):
    for label, r in results.items():
        if "peak_mib" in r:
            print(f"{name:<9}{label:<18}RSS before {r['before_mib']:6.1f}  peak {r['peak_mib']:6.1f}  after {r['after_mib']:6.1f} MiB"
                  f"  growth at peak {r['peak_mib'] - r['before_mib']:6.1f} MiB  {r['mib_per_second']:6.0f} MiB/s  {r['cpu_seconds']:.2f} s CPU")
        else:
            verdict = "the sender was stopped" if r["stopped"] else "THE SENDER WAS NOT STOPPED"
            print(f"{name:<9}{label:<18}{verdict} after {r['accepted_mib']:.1f} MiB in flight (kernel buffers included), RSS {r['memory_growth_mib']:+.1f} MiB")


def main():
    options = arguments()
    everything = {}
    with tempfile.TemporaryDirectory(prefix="bigbody") as directory:
        for name in [options.only] if options.only else ["envoy", "postern"]:
            everything[name] = run(name, options, Path(directory))
            show(name, everything[name])
    if options.json:
        options.json.write_text(json.dumps(everything, indent=1) + "\n")
    ours = everything.get("postern", {})
    growth = max([r["peak_mib"] - r["before_mib"] for r in ours.values() if "peak_mib" in r], default=0)
    unstopped = [label for label, r in ours.items() if not r.get("stopped", True)]
    if unstopped or (options.limit_mib and growth > options.limit_mib):
        raise SystemExit(f"postern: memory grew by {growth:.1f} MiB, not stopped: {unstopped or 'none'}")


if __name__ == "__main__":
    main()
