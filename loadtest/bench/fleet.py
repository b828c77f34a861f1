"""One changed route to many simulated nodes, by several management servers on the same content, one after the other."""

import argparse
import os
import re
import subprocess
import tempfile
import time
from pathlib import Path

from bench.process import Process, free_port
from bench.proxies import ROOT, build

FLEETS = ROOT / "loadtest/fleets"
TARGET = ROOT / "loadtest/target"
LOAD = ROOT / "xds-server/server/src/test/java/io/postern/xds/server/load"
HEAP = ["-XX:+UseSerialGC", "-Xmx1g"]
SERVERS = ["postern", "go-snapshot", "go-linear", "java"]
JAVA = str(Path(os.environ["JAVA_HOME"]) / "bin/java")


def java_path():
    """What java-control-plane needs."""
    file = TARGET / "java-control-plane.classpath"
    command = ["mvn", "-B", "-q", "dependency:build-classpath", f"-Dmdep.outputFile={file}"]
    subprocess.run(command, cwd=FLEETS / "java", check=True)
    return file.read_text().strip()


def nodes_class_path():
    """FleetLoad is one of the tests' classes: compiled on its own, with the product's jar."""
    jar = ROOT / "app/target/postern/postern.jar"
    sources = [str(LOAD / f"{name}.java") for name in ("FleetLoad", "SimulatedNodes", "SimulatedNode", "Http2", "ResponseScan")]
    classes = TARGET / "nodes"
    subprocess.run([JAVA + "c", "-nowarn", "-cp", str(jar), "-d", str(classes), *sources], check=True)
    return f"{classes}{os.pathsep}{jar}"


def postern(work, ports):
    folder = work / "documents"
    folder.mkdir()
    command = [str(ROOT / "bin/postern"), "control-plane", "--resources", str(folder), "--store", str(work / "store")]
    command += ["--listen", f"127.0.0.1:{ports[0]}", "--admin", f"127.0.0.1:{ports[1]}", "--content", "none", "--no-status"]
    return command, str(folder)


def go(kind):
    def command(_, ports):
        program = TARGET / "go-control-plane"
        subprocess.run(["go", "build", "-o", str(program), "."], cwd=FLEETS / "go", check=True)
        xds, control = (f"127.0.0.1:{port}" for port in ports)
        return [str(program), "-xds", xds, "-control", control, "-cache", kind], f"http://{control}/"

    return command


def java(_, ports):
    path = java_path()
    classes = TARGET / "java-control-plane"
    subprocess.run([JAVA + "c", "-cp", path, "-d", str(classes), str(FLEETS / "java/Server.java")], check=True)
    command = [JAVA, *HEAP, "-cp", f"{classes}{os.pathsep}{path}", "Server", *map(str, ports)]
    return command, f"http://127.0.0.1:{ports[1]}/"


def measure(name, nodes, arguments):
    commands = {"postern": postern, "go-snapshot": go("snapshot"), "go-linear": go("linear"), "java": java}
    ports = [free_port(), free_port()]
    with tempfile.TemporaryDirectory(dir=TARGET) as directory:
        command, source = commands[name](Path(directory), ports)
        server = Process(name, command, TARGET / f"{name}.log")
        try:
            server.await_answer(ports[1], "/v1/status" if name == "postern" else "/")
            load = [JAVA, *HEAP, *os.environ.get("NODES_JAVA_OPTS", "").split(), "-cp", nodes, "io.postern.xds.server.load.FleetLoad"]
            load += [str(ports[0]), str(server.child.pid), source, *map(str, arguments)]
            with subprocess.Popen(load, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as done:
                server = kept_alive(server, command, done)
                said = done.stdout.read()
            memory = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{server.child.pid}/status").read_text())
        finally:
            server.stop()
    if done.returncode != 0:
        why = re.search(r"\S+Exception.*", said)
        return f"| {name} | failed: {why.group(0)[:200] if why else said[-200:]} | | | | | | | |"
    print(said)
    sync, server_cpu, nodes_cpu, _, _, first, median, p99, most = re.findall(r"(\d+) ms", said)[:9]
    return f"| {name} | {sync} | {first} | {median} | {p99} | {most} | {server_cpu} | {nodes_cpu} | {int(memory.group(1)) // 1024} |"


def kept_alive(server, command, load):
    """As an init system does it: FleetLoad kills the server for its storm."""
    while load.poll() is None:
        if server.child.poll() is not None:
            server = Process(server.name, command, server.log)
        time.sleep(0.05)
    return server


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("server", nargs="*", choices=[*SERVERS, []], help="which (all)")
    parser.add_argument("--nodes", type=int, default=10_000)
    parser.add_argument("--routes", type=int, default=1_000)
    parser.add_argument("--changes", type=int, default=100)
    parser.add_argument("--storm", action="store_true", help="then kill ours, and let all nodes come back at once")
    given = parser.parse_args()
    os.environ.setdefault("POSTERN_HEAP", "1g")
    TARGET.mkdir(exist_ok=True)
    build()
    nodes = nodes_class_path()
    lines = []
    for name in given.server or SERVERS:
        storm = ["storm"] if given.storm and name == "postern" else []
        lines.append(measure(name, nodes, [given.nodes, given.routes, given.changes, *storm]))
    print(f"{given.nodes} nodes, {given.routes} routes each, {given.changes} changes; milliseconds, MiB")
    print("| server | first sync | most of the first changes | change to last answer: median | p99 | most | CPU of server per change | CPU of nodes | memory |")
    print("|---|---|---|---|---|---|---|---|---|")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
