"""A real Envoy in front of an upstream that answers with the request headers it received."""

import http.client
import http.server
import json
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
ENVOY = next(Path(sys.prefix).glob("lib/python*/site-packages/envoy/_bin/envoy"))
WASM = {"auth": HERE / "auth" / "auth.wasm", "rate-limit": HERE / "rate-limit" / "rate-limit.wasm"}


class Echo(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one write: two would wait for the delayed acknowledgement

    def do_GET(self):
        body = json.dumps([[name.lower(), value] for name, value in self.headers.items()]).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.send_header("ratelimit-limit", "from upstream")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class EchoServer(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = [(name.lower(), value) for name, value in response.getheaders()]
        self.body = response.read().decode()

    def all(self, name):
        return [value for n, value in self.headers if n == name]

    def header(self, name):
        values = self.all(name)
        return values[0] if len(values) == 1 else values or None

    def received(self, name):
        """What the upstream received under that name: None, the value, or the values where there are more."""
        values = [value for n, value in json.loads(self.body) if n == name]
        return values[0] if len(values) == 1 else values or None


def plugin(kind, configuration, vm_id=""):
    text = configuration if isinstance(configuration, str) else json.dumps(configuration)
    return {
        "name": kind,
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm",
            "config": {
                "name": kind,
                "configuration": {"@type": "type.googleapis.com/google.protobuf.StringValue", "value": text},
                "vm_config": {
                    "vm_id": vm_id,
                    "runtime": "envoy.wasm.runtime.v8",
                    "code": {"local": {"filename": str(WASM[kind])}},
                },
            },
        },
    }


def listener(name, filters):
    manager = {
        "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": name,
        "route_config": {
            "virtual_hosts": [
                {"name": "all", "domains": ["*"], "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "echo"}}]}
            ]
        },
        "http_filters": [
            *filters,
            {
                "name": "router",
                "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"},
            },
        ],
    }
    return {
        "name": name,
        "address": {"socket_address": {"address": "127.0.0.1", "port_value": 0}},
        "filter_chains": [{"filters": [{"name": "hcm", "typed_config": manager}]}],
    }


class Envoy:
    """Starts with one listener for each name in `listeners` (name -> list of filters)."""

    def __init__(self, listeners, concurrency=2):
        self.folder = tempfile.TemporaryDirectory()
        self.listeners = listeners
        self.concurrency = concurrency

    def __enter__(self):
        self.echo = EchoServer(("127.0.0.1", 0), Echo)
        threading.Thread(target=self.echo.serve_forever, daemon=True).start()
        self.process = self.start()
        try:
            self.ports = self.wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def start(self):
        folder = Path(self.folder.name)
        endpoint = {"address": {"socket_address": {"address": "127.0.0.1", "port_value": self.echo.server_port}}}
        cluster = {
            "name": "echo",
            "type": "STATIC",
            "load_assignment": {"cluster_name": "echo", "endpoints": [{"lb_endpoints": [{"endpoint": endpoint}]}]},
        }
        config = {
            "admin": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": 0}}},
            "static_resources": {
                "listeners": [listener(name, filters) for name, filters in self.listeners.items()],
                "clusters": [cluster],
            },
        }
        (folder / "envoy.json").write_text(json.dumps(config))
        self.log = folder / "envoy.log"
        arguments = ["-c", folder / "envoy.json", "--admin-address-path", folder / "admin", "--concurrency", str(self.concurrency), "--disable-hot-restart", "-l", "info"]
        with self.log.open("w") as log:
            return subprocess.Popen([ENVOY, *map(str, arguments)], stderr=log)

    def wait_until_ready(self):
        admin = Path(self.folder.name) / "admin"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if admin.exists() and admin.read_text():
                    port = int(admin.read_text().rsplit(":", 1)[1])
                    if ask(port, "/ready").status == 200:
                        return self.listening_ports(port)
            except (OSError, http.client.HTTPException):
                pass  # not up yet, or going down: the loop's condition tells
            time.sleep(0.05)
        raise RuntimeError(f"Envoy did not get ready:\n{self.log_text()[-3000:]}")

    def listening_ports(self, admin_port):
        statuses = json.loads(ask(admin_port, "/listeners?format=json").body)["listener_statuses"]
        return {s["name"]: s["local_address"]["socket_address"]["port_value"] for s in statuses}

    def log_text(self):
        return self.log.read_text() if self.log.exists() else ""

    def get(self, name, path="/", headers=()):
        return ask(self.ports[name], path, headers)

    def connection(self, name):
        return http.client.HTTPConnection("127.0.0.1", self.ports[name], timeout=10)

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.echo.shutdown()
        self.echo.server_close()
        self.folder.cleanup()


def ask(port, path="/", headers=(), connection=None):
    """Headers are pairs, so that one name can come twice; a value may be bytes."""
    own = connection is None
    connection = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.putrequest("GET", path, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders()
    answer = Answer(connection.getresponse())
    if own:
        connection.close()
    return answer
