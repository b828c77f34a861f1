"""Configurations that must not start."""

from testing.envoy import Envoy, plugin

CASES = [
    ("auth", "", "auth: configuration refused: the plugin has no configuration"),
    ("auth", "{", "auth: configuration refused: EOF while parsing an object at line 1 column 1"),
    ("auth", {"api_key": {"keys": [{"consumer": "a", "sha256": "demo-key"}]}},
     "auth: configuration refused: api_key.keys[0].sha256: is not 64 hex digits"),
    ("auth", {"jwt": {"jwks": {"keys": [{"kty": "oct", "k": "c2hvcnQ"}]}}},
     'auth: configuration refused: jwt.jwks.keys[0]: "k" has 5 bytes (expected: at least 32)'),
    ("rate-limit", {"limits": [{"name": "a", "requests": 1, "per": "week", "key": {"from": "path"}}]},
     'rate-limit: configuration refused: limits[0].per: "week" (expected: second, minute, hour or day)'),
]


def run(report):
    for kind, configuration, expected in CASES:
        envoy = Envoy({"refused": [plugin(kind, configuration)]})
        try:
            with envoy:
                status = envoy.get("refused").status
                outcome = (f"started, answers {status}", expected in envoy.log_text())
        except RuntimeError as error:
            outcome = ("did not start", expected in str(error))
        report.check(f"{kind} refuses {str(configuration)[:60]!r}", outcome, ("did not start", True))
