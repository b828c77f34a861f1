"""Keys and tokens, made anew in every run."""

import base64
import json
import time

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

ISSUER, AUDIENCE = "https://issuer.example", "orders"
SECRET = b"a secret of thirty-two bytes or more, for tests"
RSA_KEY = rsa.generate_private_key(65537, 2048)
RSA_4096 = rsa.generate_private_key(65537, 4096)
RSA_OTHER = rsa.generate_private_key(65537, 2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())


def jwk(algorithm, key, kid):
    members = json.loads(algorithm.to_jwk(key))
    return {**members, "kid": kid}


def jwks():
    rs, es, hs = jwt.algorithms.RSAAlgorithm, jwt.algorithms.ECAlgorithm, jwt.algorithms.HMACAlgorithm
    return {
        "keys": [
            jwk(rs, RSA_KEY.public_key(), "rsa"),
            jwk(rs, RSA_4096.public_key(), "rsa-4096"),
            jwk(es, EC_KEY.public_key(), "ec"),
            jwk(hs, SECRET, "hmac"),
            {"kty": "RSA", "use": "enc", "kid": "encryption"},
        ]
    }


def claims(**changes):
    now = int(time.time())
    members = {"iss": ISSUER, "aud": AUDIENCE, "sub": "bob", "exp": now + 300, "nbf": now - 5, **changes}
    return {name: value for name, value in members.items() if value is not None}


def token(algorithm="HS256", kid="hmac", key=SECRET, **changes):
    return jwt.encode(claims(**changes), key, algorithm, headers={"kid": kid} if kid else None)


def unsigned(header, payload=None, signature=""):
    def encode(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{encode(header)}.{encode(payload or claims())}.{signature}"
