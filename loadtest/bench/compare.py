"""Runs the proxies in turn, A B A B …, and prints CPU per request with the ratio of each pair."""

import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import typing
from pathlib import Path

from bench import authz, load, proxies


class Scenario(typing.NamedTuple):
    template: str
    base: str | None = "plain"  # whose cost is subtracted to see what the plugin adds
    envoy: str | None = None  # Envoy's template, where it does the same in another way
    headers: tuple = ()


SCENARIOS = {
    "plain": Scenario("plain.yaml", base=None),
    "wasm-headers": Scenario("wasm-headers.yaml"),
    "wasm-add-header": Scenario("wasm-add-header.yaml"),
    "wasm-two": Scenario("wasm-two.yaml"),
    "wasm-go": Scenario("wasm-go.yaml"),
    "opa": Scenario("opa.yaml", envoy="opa-envoy.yaml", headers=("x-role: reader",)),
}
DEFAULT_SCENARIOS = ["plain", "wasm-headers"]
RESULTS = proxies.HERE / "results"
RSS_MIB_GOAL = {"wasm-two": 200}


def arguments():
    parser = argparse.ArgumentParser(prog="loadtest/compare", description=__doc__)
    parser.add_argument("scenarios", nargs="*", default=DEFAULT_SCENARIOS, help=f"of {', '.join(SCENARIOS)}; all: each of them, kept under loadtest/results (default: {' '.join(DEFAULT_SCENARIOS)})")
    parser.add_argument("--pairs", type=int, default=3, help="how many A B pairs (default 3)")
    parser.add_argument("--seconds", type=int, default=8, help="length of one measurement (default 8)")
    parser.add_argument("--warmup", type=int, default=12, help="seconds of load before the first pair (default 12)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there too")
    parser.add_argument("--postern", metavar="COMMAND", help="another command in Postern's place; {LISTENER_PORT}, {UPSTREAM_PORT} and {CONFIG} are filled in")
    chosen = parser.parse_args()
    chosen.keep = chosen.scenarios == ["all"]
    if chosen.keep:
        chosen.scenarios = list(SCENARIOS)
    unknown = [name for name in chosen.scenarios if name not in SCENARIOS]
    if unknown:
        parser.error(f"{unknown} (expected: some of {list(SCENARIOS)})")
    return chosen


def measure(process, port, seconds, core, headers):
    before, beside = process.cpu_seconds(), process.beside_cpu_seconds()
    run = load.wrk(port, seconds, core, headers)
    run["cpu_us"] = (process.cpu_seconds() - before) / run["requests"] * 1e6
    run["beside_us"] = (process.beside_cpu_seconds() - beside) / run["requests"] * 1e6
    run["whole_us"] = run["cpu_us"] + run["beside_us"]
    run["rss_mib"] = process.memory_mib()
    return run


def run_scenario(name, options, upstream_port, work, proxy_core, load_core):
    scenario = SCENARIOS[name]
    headers = scenario.headers
    running, answers = {}, []
    try:
        for proxy, override in (("envoy", None), ("postern", options.postern)):
            print(f"{name}: {proxy} starts, {options.warmup} s of warm-up", file=sys.stderr)
            template = scenario.envoy if proxy == "envoy" and scenario.envoy else scenario.template
            running[proxy] = proxies.start(proxy, template, upstream_port, work, proxy_core, override)
            if name == "opa":
                answers.append(authz.answers(running[proxy][1]))
            load.wrk(running[proxy][1], options.warmup, load_core, headers)
        if name == "opa":
            authz.require_same(answers)
        runs = {proxy: [] for proxy in running}
        for pair in range(options.pairs):
            for proxy, (process, port) in running.items():
                run = measure(process, port, options.seconds, load_core, headers)
                runs[proxy].append(run)
                print(f"{name}: pair {pair + 1} {proxy}: {run['whole_us']:.1f} us/request, {run['per_second']:.0f}/s"
                      + (f", {run['bad']} BAD ANSWERS" if run["bad"] else ""), file=sys.stderr)
        return runs
    finally:
        for process, _ in running.values():
            process.stop()


def median(runs, key):
    return statistics.median(run[key] for run in runs)


def ratios(runs, key="whole_us"):
    """Of CPU per request, with what runs beside a proxy; of the proxies' own with cpu_us."""
    return [ours[key] / theirs[key] for theirs, ours in zip(runs["envoy"], runs["postern"])]


def table(results):
    lines = [f"{'scenario':<18}{'proxy':<10}{'us CPU/request':>15}{'requests/s':>12}{'p50 ms':>9}{'p99 ms':>9}{'RSS MiB':>9}{'bad':>5}"]
    for name, runs in results.items():
        for proxy, some in runs.items():
            lines.append(f"{name:<18}{proxy:<10}{median(some, 'whole_us'):>15.1f}{median(some, 'per_second'):>12.0f}"
                         f"{median(some, 'p50_ms'):>9.2f}{median(some, 'p99_ms'):>9.2f}{some[-1]['rss_mib']:>9.0f}{sum(r['bad'] for r in some):>5}")
    lines.append("")
    for name, runs in results.items():
        pairs = ratios(runs)
        lines.append(f"{name}: CPU per request Postern/Envoy {statistics.median(pairs):.2f} (min {min(pairs):.2f}, max {max(pairs):.2f}, {len(pairs)} pairs)")
    lines += beside_lines(results)
    lines += added_lines(results)
    lines += memory_lines(results)
    return "\n".join(lines)


def beside_lines(results):
    """Where a proxy needs another process, what each of the two takes."""
    lines = []
    for name, runs in results.items():
        beside = median(runs["envoy"], "beside_us")
        if beside:
            own = ratios(runs, "cpu_us")
            lines.append(f"{name}: of Envoy's CPU per request {median(runs['envoy'], 'cpu_us'):.1f} us are Envoy's own and {beside:.1f} us the server's beside it;"
                         f" Postern/Envoy without that server {statistics.median(own):.2f}")
    return lines


def added(results):
    """What each plugin adds on each proxy: the difference of the medians."""
    costs = {}
    for name, runs in results.items():
        base = SCENARIOS[name].base
        if base in results:
            costs[name] = {proxy: median(some, "whole_us") - median(results[base][proxy], "whole_us") for proxy, some in runs.items()}
    return costs


def added_lines(results):
    lines = []
    for name, cost in added(results).items():
        ratio = f"{cost['postern'] / cost['envoy']:.2f}" if cost["envoy"] > 0 else "not measurable"
        lines.append(f"{name}: added CPU per request Envoy {cost['envoy']:+.1f} us, Postern {cost['postern']:+.1f} us, ratio {ratio}")
    return lines


def memory_lines(results):
    lines = []
    for name, goal in RSS_MIB_GOAL.items():
        if name in results:
            highest = max(run["rss_mib"] for run in results[name]["postern"])
            lines.append(f"{name}: RSS under load Postern {highest:.0f} MiB ({'within' if highest <= goal else 'OVER'} the goal of {goal})")
    return lines


def machine():
    """What the figures were measured on; the load average says how quiet it was."""
    cpu = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "unknown")
    commit = subprocess.run(["git", "-C", str(proxies.ROOT), "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "platform": platform.platform(),
        "cpu": cpu,
        "cores": os.cpu_count(),
        "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (1 << 20),
        "load_average": os.getloadavg()[0],
        "commit": commit,
    }


def write(path, host, results):
    summary = {name: {"ratio_median": statistics.median(ratios(runs)), "ratios": ratios(runs), "runs": runs} for name, runs in results.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"machine": host, "added_us": added(results), "scenarios": summary}, indent=1) + "\n")


def main():
    options = arguments()
    host = machine()
    if not options.postern:
        proxies.build()
    proxy_core, load_core = proxies.cores()
    if proxy_core is None:
        print("only one core: nothing is pinned, expect noise", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="compare") as directory:
        work = Path(directory)
        upstream, port = load.nginx(work, load_core)
        try:
            results = {name: run_scenario(name, options, port, work, proxy_core, load_core) for name in options.scenarios}
        finally:
            upstream.stop()
    text = table(results)
    print(text)
    if options.json:
        write(options.json, host, results)
    if options.keep:
        kept = RESULTS / f"compare-{host['date'][:10]}-{host['commit']}"
        write(kept.with_suffix(".json"), host, results)
        described = "\n".join(f"{key}: {value}" for key, value in host.items())
        kept.with_suffix(".txt").write_text(f"{described}\n\n{text}\n")
        print(f"\nkept in {kept}.txt and .json", file=sys.stderr)


if __name__ == "__main__":
    main()
