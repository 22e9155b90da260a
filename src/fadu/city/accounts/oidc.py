"""统一身份认证 by OpenID Connect 1.0: authorization code with PKCE (RFC 7636, S256) against the one configured issuer.

Nothing is believed that is not signed by the issuer's keys for this client and this very request: signature, issuer,
audience, expiry, nonce. Network addresses come from the issuer's discovery document alone, which must be under the issuer.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.error import URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import Request, urlopen

import jwt
from django.conf import settings

from fadu.core.errors import Refusal, Refused

ALGORITHMS = ("RS256", "PS256", "ES256")
LEEWAY_SECONDS = 60
TIMEOUT_SECONDS = 10
MAX_BYTES = 256 * 1024


@dataclass(frozen=True)
class Flow:
    """What the browser's session keeps between going to the provider and coming back; used once."""

    state: str
    nonce: str
    verifier: str
    bind: bool = False
    then: str = ""

    def as_session(self) -> dict[str, Any]:
        """As the session stores it."""
        return asdict(self)


@dataclass(frozen=True)
class Claims:
    """Who the provider says it is: issuer and subject name him for ever; name and real-name level describe him."""

    issuer: str
    subject: str
    name: str
    level: int


def configured() -> bool:
    """Whether this installation has an identity provider."""
    return bool(settings.FADU_OIDC_ISSUER and settings.FADU_OIDC_CLIENT)


def begin(redirect_uri: str, *, bind: bool = False, then: str = "") -> tuple[str, Flow]:
    """The provider's address to send the browser to, and the flow to keep in its session."""
    flow = Flow(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), bind, then)
    challenge = hashlib.sha256(flow.verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": settings.FADU_OIDC_CLIENT,
        "redirect_uri": redirect_uri,
        "scope": "openid profile",
        "state": flow.state,
        "nonce": flow.nonce,
        "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    address = _discovered()["authorization_endpoint"]
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}", flow


def finish(flow: Flow | None, answered: Mapping[str, str], redirect_uri: str) -> Claims:
    """What the provider's answer proves, or Refused: wrong state, no code, a token that is not for us, not fresh, not signed."""
    if flow is None or not hmac.compare_digest(flow.state, answered.get("state", "")):
        raise _no("state", "登录请求不是由本页面发起，或者已经使用过")
    if answered.get("iss", settings.FADU_OIDC_ISSUER) != settings.FADU_OIDC_ISSUER:
        raise _no("issuer", "答复来自另一身份提供方")
    if not answered.get("code"):
        raise _no("denied", "身份提供方没有同意登录")
    found = _discovered()
    token = _exchange(found["token_endpoint"], answered["code"], flow, redirect_uri)
    said = _verified(token, found["jwks_uri"])
    if not hmac.compare_digest(str(said.get("nonce", "")), flow.nonce):
        raise _no("nonce", "身份令牌不属于本次登录")
    name = str(said.get("name") or said.get("preferred_username") or "未提供姓名")[:120]
    return Claims(said["iss"], str(said["sub"])[:255], name, level_of(said))


def level_of(said: Mapping[str, Any]) -> int:
    """The real-name level that the city gives to what the provider asserts; what it does not know counts as none."""
    return settings.FADU_OIDC_LEVELS.get(str(said.get(settings.FADU_OIDC_LEVEL_CLAIM, "")), 0)


def _no(code: str, sentence: str) -> Refused:
    return Refused(
        Refusal(
            f"oidc_{code}",
            f"统一身份认证没有成功：{sentence}",
            cure="请回到登录页重新开始；多次失败请联系账号管理人员",
        )
    )


def _discovered() -> dict[str, str]:
    issuer = settings.FADU_OIDC_ISSUER
    said = _json(Request(_safe(f"{issuer.rstrip('/')}/.well-known/openid-configuration")))
    if said.get("issuer") != issuer:
        raise _no("issuer", "身份提供方的配置与本系统登记的不一致")
    wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    return {name: _safe(str(said.get(name, ""))) for name in wanted}


def _safe(address: str) -> str:
    """https everywhere; plain http only on this very machine."""
    parts = urlsplit(address)
    local = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
    if not (parts.scheme == "https" or local):
        raise _no("address", "身份提供方的地址不是加密地址")
    return address


def _exchange(address: str, code: str, flow: Flow, redirect_uri: str) -> str:
    body = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": flow.verifier,
    }
    # RFC 6749 2.3.1: both parts are form-encoded before they are joined.
    pair = f"{quote(settings.FADU_OIDC_CLIENT, safe='')}:{quote(settings.FADU_OIDC_SECRET, safe='')}"
    head = {
        "Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}",
        "Accept": "application/json",
    }
    said = _json(Request(address, data=urlencode(body).encode(), headers=head))
    token = said.get("id_token")
    if not isinstance(token, str):
        raise _no("token", "身份提供方没有给出身份令牌")
    return token


def _json(request: Request) -> dict[str, Any]:
    try:
        with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # the address passed _safe
            said = json.loads(answer.read(MAX_BYTES))
    except (URLError, TimeoutError, ValueError) as error:
        raise _no("unreachable", "身份提供方没有给出可用的答复") from error
    if not isinstance(said, dict):
        raise _no("unreachable", "身份提供方没有给出可用的答复")
    return said


def _verified(token: str, jwks_uri: str) -> dict[str, Any]:
    try:
        head = jwt.get_unverified_header(token)
        keys = jwt.PyJWKSet.from_dict(_json(Request(jwks_uri)))
        key = next((one for one in keys.keys if one.key_id == head.get("kid")), None)
        if key is None or head.get("alg") not in ALGORITHMS:
            raise _no("key", "身份令牌不是由身份提供方公布的密钥签名")
        said: dict[str, Any] = jwt.decode(
            token, key, algorithms=list(ALGORITHMS), audience=settings.FADU_OIDC_CLIENT,
            issuer=settings.FADU_OIDC_ISSUER, leeway=LEEWAY_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )  # fmt: skip
    except jwt.ExpiredSignatureError as error:
        raise _no("expired", "身份令牌已经过期") from error
    except jwt.InvalidAudienceError as error:
        raise _no("audience", "身份令牌不是发给本系统的") from error
    except jwt.InvalidIssuerError as error:
        raise _no("issuer", "身份令牌来自另一身份提供方") from error
    except jwt.InvalidSignatureError as error:
        raise _no("key", "身份令牌不是由身份提供方公布的密钥签名") from error
    except jwt.PyJWTError as error:
        raise _no("token", "身份令牌不能识别") from error
    if (
        isinstance(said["aud"], list)
        and len(said["aud"]) > 1
        and said.get("azp") != settings.FADU_OIDC_CLIENT
    ):
        raise _no("audience", "身份令牌不是发给本系统的")
    return said
