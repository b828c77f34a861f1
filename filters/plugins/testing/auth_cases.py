"""The auth plugin."""

import base64
import hashlib
import hmac
import json
import time

from cryptography.hazmat.primitives import serialization

from testing import tokens
from testing.envoy import Envoy, plugin
from testing.tokens import token, unsigned


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


FULL = {
    "realm": "shop",
    "api_key": {
        "header": "x-api-key",
        "keys": [{"consumer": f"consumer-{n}", "sha256": sha256(f"key-{n}")} for n in range(500)],
    },
    "jwt": {
        "jwks": tokens.jwks(),
        "issuer": tokens.ISSUER,
        "audiences": [tokens.AUDIENCE, "other"],
        "clock_skew_seconds": 10,
        "claim_headers": [
            {"claim": "tenant", "header": "x-tenant"},
            {"claim": ["realm_access", "roles"], "header": "x-roles"},
        ],
    },
}
KEYS_ONLY = {"api_key": {"header": "x-key", "keys": [{"consumer": "alice", "sha256": sha256("demo-key").upper()}]}}
STRIPPING = {**FULL, "strip_credential": True, "identity": {"consumer_header": "x-who", "method_header": "x-how"}}


def listeners():
    return {
        "full": [plugin("auth", FULL)],
        "keys": [plugin("auth", KEYS_ONLY)],
        "stripping": [plugin("auth", STRIPPING)],
    }


def bearer(value):
    return [("authorization", f"Bearer {value}")]


def run(report):
    with Envoy(listeners()) as envoy:
        api_keys(envoy, report)
        valid_tokens(envoy, report)
        refused_tokens(envoy, report)
        identity(envoy, report)
        stripping(envoy, report)
        report.check("no plugin crashed", "panicked" in envoy.log_text(), False)
        report.check("an unused key is warned of", "keys[4]: not used" in envoy.log_text(), True)


def api_keys(envoy, report):
    answer = envoy.get("full", headers=[("x-api-key", "key-499")])
    report.check("known API key passes", answer.status, 200)
    report.check("… as its consumer", answer.received("x-consumer-id"), "consumer-499")
    report.check("… by API key", answer.received("x-consumer-auth"), "apikey")
    report.check("… and is passed on", answer.received("x-api-key"), "key-499")
    refused = envoy.get("full", headers=[("x-api-key", "key-500")])
    report.check("unknown API key is refused", refused.status, 401)
    challenge = 'ApiKey realm="shop", error="invalid_key", error_description="The API key is not known"'
    report.check("… with a challenge for each scheme", refused.all("www-authenticate"), ['Bearer realm="shop"', challenge])
    report.check("… as JSON", (refused.header("content-type"), json.loads(refused.body)["error"]), ("application/json", "invalid_key"))
    report.check("… not to be stored", refused.header("cache-control"), "no-store")
    twice = [[("x-api-key", key) for key in keys] for keys in (("unknown", "key-1"), ("key-1", "unknown"))]
    statuses = [envoy.get("full", headers=headers).status for headers in twice]
    report.check("of two API keys the first is judged", statuses, [401, 200])
    report.check("empty API key is refused", envoy.get("full", headers=[("x-api-key", "")]).status, 401)
    report.check("huge API key is refused", envoy.get("full", headers=[("x-api-key", "k" * 9000)]).status, 401)
    none = envoy.get("full")
    report.check("no credential is refused", none.status, 401)
    report.check("… without error code", none.all("www-authenticate"), ['Bearer realm="shop"', 'ApiKey realm="shop"'])
    report.check("key under another header name passes", envoy.get("keys", headers=[("x-key", "demo-key")]).status, 200)
    other = envoy.get("keys", headers=[("x-key", "demo-key"), *bearer("for-the-upstream")])
    report.check("… with the upstream's own authorization", other.received("authorization"), "Bearer for-the-upstream")
    report.check("no challenge for what is not configured", envoy.get("keys").all("www-authenticate"), ['ApiKey realm="gateway"'])


def valid_tokens(envoy, report):
    kinds = [("HS256", "hmac", tokens.SECRET), ("RS256", "rsa", tokens.RSA_KEY), ("RS256", "rsa-4096", tokens.RSA_4096),
             ("ES256", "ec", tokens.EC_KEY)]
    for algorithm, kid, key in kinds:
        for named in (kid, None):
            answer = envoy.get("full", headers=bearer(token(algorithm, named, key)))
            what = f"{algorithm} token of {kid}{' without kid' if named is None else ''} passes"
            report.check(what, (answer.status, answer.status == 200 and answer.received("x-consumer-id")), (200, "bob"))
        bad = token(algorithm, kid, key)
        bent = bad[:-8] + ("AAAA" if bad[-8:-4] != "AAAA" else "BBBB") + bad[-4:]
        report.check(f"… and not with a bent signature", envoy.get("full", headers=bearer(bent)).status, 401)
    now = int(time.time())
    for what, good in [
        ("audience in a list", token(aud=["x", "other"])),
        ("expired within the clock skew", token(exp=now - 5)),
        ("not before within the clock skew", token(nbf=now + 5)),
        ("expiry with a fraction", token(exp=now + 60.5)),
    ]:
        report.check(f"token passes: {what}", envoy.get("full", headers=bearer(good)).status, 200)
    lower = [("Authorization", "bEARER  " + token())]
    report.check("scheme is case-insensitive", envoy.get("full", headers=lower).status, 200)


def confused():
    """HS256 over the published bytes of the RSA key: written by hand, as pyjwt refuses to make it."""
    pem = tokens.RSA_KEY.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    signed = unsigned({"alg": "HS256", "kid": "rsa"}).rstrip(".")
    mac = hmac.new(pem, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def refused_tokens(envoy, report):
    now = int(time.time())
    unknown, algorithm = "The token is signed with an unknown key", "The signature algorithm is not accepted"
    malformed, invalid = "The token is malformed", "The signature is not valid"
    cases = [
        ("expired", token(exp=now - 30), "The token has expired"),
        ("without expiry", token(exp=None), "The token has no expiry"),
        ("not valid yet", token(nbf=now + 30), "The token is not valid yet"),
        ("other issuer", token(iss="https://evil"), "The token is from another issuer"),
        ("no issuer", token(iss=None), "The token is from another issuer"),
        ("other audience", token(aud="billing"), "The token is for another audience"),
        ("no audience", token(aud=None), "The token is for another audience"),
        ("no subject", token(sub=None), "The token does not name its subject"),
        ("alg none", unsigned({"alg": "none"}), algorithm),
        ("alg None", unsigned({"alg": "None", "kid": "hmac"}), algorithm),
        ("alg HS512", token("HS512", "hmac", b"s" * 64), algorithm),
        ("RSA key as HMAC secret, its kid", confused(), unknown),
        ("HS256 signature under the kid of the RSA key", token(kid="rsa"), unknown),
        ("RS256 by a stranger's key", token("RS256", "rsa", tokens.RSA_OTHER), invalid),
        ("unknown kid", token(kid="nobody"), unknown),
        ("ES256 with a signature of zeros", unsigned({"alg": "ES256", "kid": "ec"}, None, "A" * 86), invalid),
        ("empty", "", malformed),
        ("two parts", "a.b", malformed),
        ("five parts", token() + ".a.b", malformed),
        ("two tokens", f"{token()}, Bearer {token()}", malformed),
        ("too long", token(pad="x" * 9000), "The token is too long"),
        ("header injection in the subject", token(sub="bob\r\nx-admin: 1"), "A claim of the token cannot be passed on in a header"),
        ("header injection in a claim", token(tenant="t\nx-admin: 1"), "A claim of the token cannot be passed on in a header"),
    ]
    for what, bad, description in cases:
        answer = envoy.get("full", headers=bearer(bad))
        challenge = f'Bearer realm="shop", error="invalid_token", error_description="{description}"'
        report.check(f"token is refused: {what}", (answer.status, answer.all("www-authenticate")[:1]), (401, [challenge]))
    twice = envoy.get("full", headers=bearer(token()) + bearer(token()))
    report.check("two authorization headers are refused", twice.status, 401)
    both = envoy.get("full", headers=[("x-api-key", "key-1"), *bearer(token())])
    report.check("two credentials are a bad request", (both.status, json.loads(both.body)["error"]), (400, "invalid_request"))
    basic = envoy.get("full", headers=[("authorization", "Basic YTpi")])
    report.check("another scheme is no credential", json.loads(basic.body)["error"], "missing_credential")


def identity(envoy, report):
    forged = [("x-consumer-id", "root"), ("X-Consumer-Id", "admin"), ("x-consumer-auth", "jwt"), ("x-tenant", "evil"), ("x-roles", "admin")]
    answer = envoy.get("full", headers=[*forged, *bearer(token(tenant="t1", realm_access={"roles": ["a", "b"]}))])
    told = {name: answer.received(name) for name in ("x-consumer-id", "x-consumer-auth", "x-tenant", "x-roles")}
    expected = {"x-consumer-id": "bob", "x-consumer-auth": "jwt", "x-tenant": "t1", "x-roles": "a,b"}
    report.check("the client's identity headers are replaced", told, expected)
    without = envoy.get("full", headers=[*forged, *bearer(token())])
    report.check("… and removed where the token has no such claim", (without.received("x-tenant"), without.received("x-roles")), (None, None))
    by_key = envoy.get("full", headers=[*forged, ("x-api-key", "key-7")])
    told = {name: by_key.received(name) for name in expected}
    report.check("… also for an API key", told, {"x-consumer-id": "consumer-7", "x-consumer-auth": "apikey", "x-tenant": None, "x-roles": None})
    utf8 = envoy.get("full", headers=bearer(token(sub="José")))
    report.check("a name beyond ASCII passes", utf8.received("x-consumer-id").encode("latin-1").decode(), "José")


def stripping(envoy, report):
    by_token = envoy.get("stripping", headers=bearer(token()))
    report.check("the token is stripped", (by_token.received("authorization"), by_token.received("x-who"), by_token.received("x-how")), (None, "bob", "jwt"))
    by_key = envoy.get("stripping", headers=[("x-api-key", "key-3"), ("authorization", "Basic YTpi")])
    report.check("the API key is stripped, other authorization is not", (by_key.received("x-api-key"), by_key.received("authorization")), (None, "Basic YTpi"))
