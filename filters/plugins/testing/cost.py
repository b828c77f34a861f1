"""What the plugins cost Envoy: processor time for each request, over that of a request without plugin."""

import os

from testing import auth_cases, tokens
from testing.envoy import Envoy, ask, plugin
from testing.tokens import token

REQUESTS, ROUNDS = 500, 5


def kinds():
    bad = token("ES256", "ec", tokens.EC_KEY)[:-4] + "AAAA"
    return {
        "no plugin": ("plain", []),
        "rate-limit, client address": ("limited", []),
        "rate-limit, refused": ("refused", []),
        "auth, API key of 500": ("auth", [("x-api-key", "key-250")]),
        "auth, no credential": ("auth", []),
        "auth, token seen before": ("remembering", auth_cases.bearer(token("ES256", "ec", tokens.EC_KEY, exp=4102444800))),
        "auth, HS256": ("auth", auth_cases.bearer(token())),
        "auth, RS256 2048": ("auth", auth_cases.bearer(token("RS256", "rsa", tokens.RSA_KEY))),
        "auth, RS256 4096": ("auth", auth_cases.bearer(token("RS256", "rsa-4096", tokens.RSA_4096))),
        "auth, ES256": ("auth", auth_cases.bearer(token("ES256", "ec", tokens.EC_KEY))),
        "auth, ES256 not valid": ("auth", auth_cases.bearer(bad)),
    }


def run():
    limit = {"name": "l", "requests": 1000000, "per": "second", "key": {"from": "client_address"}}
    none = {**limit, "name": "n", "requests": 1, "per": "day"}
    listeners = {
        "plain": [],
        "limited": [plugin("rate-limit", {"limits": [limit]})],
        "refused": [plugin("rate-limit", {"limits": [none]})],
        "auth": [plugin("auth", {**auth_cases.FULL, "jwt": {**auth_cases.FULL["jwt"], "cached_tokens": 0}})],
        "remembering": [plugin("auth", auth_cases.FULL)],
    }
    requests = kinds()
    with Envoy(listeners, concurrency=1) as envoy:
        # In turn, and the least of the rounds: what else the machine does only adds.
        least = {}
        for _ in range(ROUNDS):
            for name, (listener, headers) in requests.items():
                spent = micros(envoy, listener, headers)
                least[name] = min(spent, least.get(name, spent))
    base = least.pop("no plugin")
    print(f"processor time of Envoy for each request, microseconds: {base:.0f} without plugin")
    for name, spent in least.items():
        print(f"  {name:28} {spent - base:+6.0f}")


def micros(envoy, listener, headers):
    connection = envoy.connection(listener)
    before = processor_seconds(envoy.process.pid)
    for _ in range(REQUESTS):
        ask(0, headers=headers, connection=connection)
    connection.close()
    return (processor_seconds(envoy.process.pid) - before) / REQUESTS * 1e6


def processor_seconds(pid):
    """Nanosecond figures of the scheduler, over all threads: /proc/PID/stat counts in ticks of 10 ms."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/schedstat") as schedstat:
            total += int(schedstat.read().split()[0])
    return total / 1e9
