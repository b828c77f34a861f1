"""How each proxy is started on a configuration template."""

import os
import shlex
import subprocess
from pathlib import Path

from bench import authz, published
from bench.process import Process, free_port

HERE = Path(__file__).resolve().parent.parent
ROOT = HERE.parent
CONFIGS = HERE / "configs"
PLUGINS = ROOT / "app/src/test/resources/plugins"
POLICIES = ROOT / "config/examples/policies"


def build():
    """Builds what is missing and prepares fast starts, so that neither falls into a measurement."""
    subprocess.run([str(ROOT / "bin/postern"), "--version"], check=True, stdout=subprocess.DEVNULL)


def command_of(name, override, config, ports):
    """Envoy and Postern take the same flags; an override is any command with {LISTENER_PORT} and the like."""
    if override:
        return shlex.split(override.format(CONFIG=config, **ports))
    flags = ["-c", str(config), "--concurrency", "1", "--log-level", "warning"]
    if name == "envoy":
        return [os.environ["ENVOY"], *flags, "--disable-hot-restart"]
    return [str(ROOT / "bin/postern"), "run", *flags]


def start(name, template, upstream_port, work, core, override=None, ready_path="/"):
    """Starts a proxy, with what it needs beside it on the same core, and waits for its first answer. Returns the process and its listener's port."""
    ports = {"LISTENER_PORT": free_port(), "ADMIN_PORT": free_port(), "UPSTREAM_PORT": upstream_port}
    text = (CONFIGS / template).read_text()
    values = {**ports, "PLUGINS": PLUGINS, "POLICIES": POLICIES}
    if "${TRANSFORMER}" in text:
        values["TRANSFORMER"] = published.transformer(work)
    beside = []
    if "${OPA_PORT}" in text:
        opa, values["OPA_PORT"] = authz.start(HERE, POLICIES, work, core)
        beside.append(opa)
    for key, value in values.items():
        text = text.replace("${%s}" % key, str(value))
    config = work / f"{name}-{template}"
    config.write_text(text)
    process = Process(name, command_of(name, override, config, ports), work / f"{name}-{template}.log", core, beside)
    try:
        process.await_answer(ports["LISTENER_PORT"], ready_path)
    except BaseException:
        process.stop()
        raise
    return process, ports["LISTENER_PORT"]


def cores():
    """One core for the proxy, another for load and upstream; none pinned where there is only one."""
    allowed = sorted(os.sched_getaffinity(0))
    return (allowed[0], allowed[1]) if len(allowed) > 1 else (None, None)
