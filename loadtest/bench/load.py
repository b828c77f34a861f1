"""The load (wrk) and the upstream (nginx) of the comparison, both on the core beside the proxy's."""

import re
import subprocess

from bench.process import Process, free_port

CONNECTIONS = 32
REPLY = "x" * 64

NGINX = """
daemon off;
worker_processes 1;
pid {work}/nginx.pid;
error_log {work}/nginx.error.log warn;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    keepalive_timeout 600s;
    client_body_temp_path {work}/body; proxy_temp_path {work}/proxy; fastcgi_temp_path {work}/fastcgi;
    uwsgi_temp_path {work}/uwsgi; scgi_temp_path {work}/scgi;
    server {{
        listen 127.0.0.1:{port} backlog=1024;
        location / {{ default_type text/plain; return 200 "{reply}"; }}
    }}
}}
"""


def nginx(work, core):
    port = free_port()
    config = work / "nginx.conf"
    config.write_text(NGINX.format(work=work, port=port, reply=REPLY))
    process = Process("nginx", ["nginx", "-e", str(work / "nginx.error.log"), "-c", str(config)], work / "nginx.log", core)
    process.await_answer(port)
    return process, port


def milliseconds(text):
    if text is None:
        return float("nan")  # nothing was answered meanwhile
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[unit]


def wrk(port, seconds, core, headers=()):
    """Requests done, requests per second, latency percentiles in ms, and how many answers were not 2xx or failed."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
    for header in headers:
        command += ["-H", header]
    command.append(f"http://127.0.0.1:{port}/")
    pinned = ["taskset", "-c", str(core), *command] if core is not None else command
    text = subprocess.run(pinned, check=True, capture_output=True, text=True).stdout
    percentile = dict(re.findall(r"^\s+(\d+)%\s+(\S+)$", text, re.MULTILINE))
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    failed = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    return {
        "requests": int(re.search(r"(\d+) requests in", text).group(1)),
        "per_second": float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1)),
        "p50_ms": milliseconds(percentile.get("50")),
        "p99_ms": milliseconds(percentile.get("99")),
        "bad": (int(bad.group(1)) if bad else 0) + (sum(map(int, failed.groups())) if failed else 0),
    }
