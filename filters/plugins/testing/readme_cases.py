"""What the README shows works as shown."""

import re

from testing.envoy import HERE, Envoy, plugin

README = (HERE / "README.md").read_text()


def examples():
    """Complete configurations: fenced blocks and the one-line demo, by plugin."""
    auth, limits = README.split("## rate-limit")
    fenced = [("auth", text) for text in re.findall(r"```json\n(.*?)```", auth, re.S)]
    fenced += [("rate-limit", text) for text in re.findall(r"```json\n(.*?)```", limits, re.S)]
    return fenced + [("rate-limit", text) for text in re.findall(r"For a demo: `(.*?)`", limits)]


def run(report):
    listeners = {f"{kind} {n}": [plugin(kind, text, str(n))] for n, (kind, text) in enumerate(examples())}
    report.check("the README has two examples of each plugin", sorted(name.split()[0] for name in listeners),
                 ["auth", "auth", "rate-limit", "rate-limit"])
    with Envoy(listeners) as envoy:
        report.check("the examples start", len(envoy.ports), 4)
        token = re.search(r"authorization: Bearer ([\w.-]+)", README).group(1)
        by_token = envoy.get("auth 1", headers=[("authorization", f"Bearer {token}")])
        report.check("the demo token passes", [by_token.received(n) for n in ("x-consumer-id", "x-tenant")], ["bob", "acme"])
        by_key = envoy.get("auth 1", headers=[("x-api-key", "demo-key")])
        report.check("the demo key passes", by_key.received("x-consumer-id"), "alice")
        statuses = [envoy.get("rate-limit 3").status for _ in range(6)]
        report.check("the demo limit refuses the sixth request", statuses, [200] * 5 + [429])
