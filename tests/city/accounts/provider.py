"""An identity provider for tests: a real HTTP server in a process of its own, with discovery, keys, and a token endpoint
that checks the code, the client, the redirect address and the proof key (PKCE) as RFC 6749 and RFC 7636 say.

``python provider.py`` prints its address and serves until killed. What it puts into the next token is told to it by
``POST /next`` (claims to set or, with null, to leave out; ``key``: "own", "other" or "none").
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "fadu-test", "s3cret/with+signs"
OWN, OTHER = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
CODES: dict[str, dict[str, str]] = {}
NEXT: dict[str, Any] = {}


class Provider(BaseHTTPRequestHandler):
    """The provider's endpoints."""

    @property
    def issuer(self) -> str:
        """This server's address."""
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def log_message(self, *args: object) -> None:
        """Quiet."""

    def answer(self, said: Any, status: int = 200) -> None:
        """JSON."""
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        """Discovery, keys, and the page where a person agrees (here: at once)."""
        parts = urlsplit(self.path)
        if parts.path == "/.well-known/openid-configuration":
            names = ("authorize", "token", "keys")
            found = {"issuer": NEXT.get("discovered_issuer", self.issuer)}
            keys = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            self.answer(found | {key: f"{self.issuer}/{name}" for key, name in zip(keys, names, strict=True)})
        elif parts.path == "/keys":
            key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(OWN.public_key()))
            self.answer({"keys": [key | {"kid": "own", "use": "sig", "alg": "RS256"}]})
        elif parts.path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            code = secrets.token_urlsafe(16)
            CODES[code] = asked
            self.send_response(302)
            self.send_header(
                "Location", f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"
            )
            self.end_headers()

    def do_POST(self) -> None:
        """The token endpoint; and the test's instructions."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/next":
            NEXT.clear()
            NEXT.update(json.loads(body))
            return self.answer({})
        given = {name: values[0] for name, values in parse_qs(body).items()}
        asked = CODES.pop(given.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(given.get("code_verifier", "").encode()).digest())
        pair = base64.b64decode(self.headers.get("Authorization", "").removeprefix("Basic ")).decode()
        client = tuple(unquote(part) for part in pair.partition(":")[::2])
        if (
            asked is None
            or client != (CLIENT, SECRET)
            or given["redirect_uri"] != asked["redirect_uri"]
            or asked["code_challenge_method"] != "S256"
            or challenge.rstrip(b"=").decode() != asked["code_challenge"]
        ):
            return self.answer({"error": "invalid_grant"}, 400)
        return self.answer({"token_type": "Bearer", "access_token": "unused", "id_token": self.token(asked)})

    def token(self, asked: dict[str, str]) -> str:
        """The next id_token."""
        now = int(time.time())
        claims = {
            "iss": self.issuer, "sub": "person-1", "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"],
            "name": "统一身份用户", "acr": "gov-2",
        } | NEXT.get("claims", {})  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        if NEXT.get("key") == "none":
            return jwt.encode(claims, None, algorithm="none", headers={"kid": "own"})
        if NEXT.get("key") == "shared":
            return jwt.encode(claims, SECRET * 3, algorithm="HS256", headers={"kid": "own"})
        key = OTHER if NEXT.get("key") == "other" else OWN
        return jwt.encode(claims, key, algorithm="RS256", headers={"kid": NEXT.get("kid", "own")})


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()
