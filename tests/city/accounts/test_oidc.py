"""统一身份认证: against a real provider in its own process; whatever is not signed for us and for this request is refused."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener, urlopen

import pytest
from django.http import HttpResponse
from django.test import Client

from fadu.city.accounts import secondfactor
from fadu.city.accounts.models import Identity, User
from fadu.city.authority.models import Appointment
from tests.city.accounts import provider
from tests.city.accounts.conftest import secret_of
from tests.factories import PASSWORD, City

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The provider's address while it runs."""
    path = Path(provider.__file__)
    with subprocess.Popen([sys.executable, str(path)], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        yield running.stdout.readline().strip()
        running.terminate()


@pytest.fixture(autouse=True)
def configured(issuer: str, settings: Any) -> Callable[..., None]:
    """This installation trusts that provider; call it to say what the next token holds."""
    settings.FADU_OIDC_ISSUER = issuer
    settings.FADU_OIDC_CLIENT = provider.CLIENT
    settings.FADU_OIDC_SECRET = provider.SECRET
    settings.FADU_OIDC_LEVELS = {"gov-1": 1, "gov-2": 2, "gov-3": 3}

    def tell(**said: Any) -> None:
        urlopen(Request(f"{issuer}/next", data=json.dumps(said).encode())).read()

    tell()
    return tell


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None


def at_provider(address: str) -> str:
    """The browser at the provider: where it is sent back to."""
    opener = build_opener(_Stay)
    try:
        opener.open(address)
    except HTTPError as answer:
        # So urllib tells a redirect that is not followed.
        return str(answer.headers["Location"])
    raise AssertionError("the provider did not send the browser back")


def log_in(client: Client, **begin: str) -> HttpResponse:
    """From our log-in page to the provider and back."""
    away = client.get("/login/oidc/", begin)
    assert away.status_code == 302
    back = urlsplit(at_provider(away["Location"]))
    return client.get(f"{back.path}?{back.query}")


def test_a_citizen_comes_in_with_the_level_that_the_city_gives(city: City, client: Client) -> None:
    assert log_in(client)["Location"] == "/"
    user = Identity.objects.get(subject="person-1").user
    assert (user.kind, user.real_name_level, user.person.name) == ("citizen", 2, "统一身份用户")
    assert client.get("/account/").status_code == 200
    assert log_in(Client()).status_code == 302
    assert User.objects.filter(identities__isnull=False).count() == 1, "the same person, the same account"


def test_the_request_uses_pkce_state_and_nonce(city: City, client: Client) -> None:
    asked = parse_qs(urlsplit(client.get("/login/oidc/")["Location"]).query)
    assert asked["response_type"] == ["code"] and asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://testserver/login/oidc/callback/"]
    flow = client.session["oidc"]
    assert flow["verifier"] not in str(asked) and len(flow["verifier"]) >= 43
    assert asked["state"] == [flow["state"]] and asked["nonce"] == [flow["nonce"]]


@pytest.mark.parametrize(
    ("said", "code", "sentence"),
    [
        ({"key": "other"}, "oidc_key", "密钥"),
        ({"key": "none"}, "oidc_key", "密钥"),
        ({"key": "shared"}, "oidc_key", "密钥"),
        ({"kid": "unknown"}, "oidc_key", "密钥"),
        ({"claims": {"nonce": "another"}}, "oidc_nonce", "不属于本次登录"),
        ({"claims": {"nonce": None}}, "oidc_nonce", "不属于本次登录"),
        ({"claims": {"aud": "somebody-else"}}, "oidc_audience", "不是发给本系统"),
        ({"claims": {"aud": [provider.CLIENT, "another"]}}, "oidc_audience", "不是发给本系统"),
        ({"claims": {"iss": "http://127.0.0.1:1"}}, "oidc_issuer", "另一身份提供方"),
        ({"claims": {"exp": int(time.time()) - 120}}, "oidc_expired", "已经过期"),
        ({"claims": {"exp": None}}, "oidc_token", "不能识别"),
        ({"claims": {"sub": None}}, "oidc_token", "不能识别"),
        ({"discovered_issuer": "http://127.0.0.1:1"}, "oidc_issuer", "不一致"),
    ],
)
def test_a_token_that_is_not_ours_opens_nothing(
    city: City,
    client: Client,
    configured: Callable[..., None],
    said: dict[str, Any],
    code: str,
    sentence: str,
) -> None:
    away = client.get("/login/oidc/")
    back = urlsplit(at_provider(away["Location"]))
    configured(**said)
    answer = client.get(f"{back.path}?{back.query}", headers={"Accept": "application/json"})
    (refusal,) = answer.json()["error"]["refusals"]
    assert refusal["code"] == code and sentence in refusal["sentence"]
    assert client.get("/account/").status_code == 302
    assert not Identity.objects.exists()


def refusal(answer: HttpResponse) -> str:
    return answer.json()["error"]["refusals"][0]["code"]


def test_the_state_is_of_this_browser_and_serves_once(city: City, client: Client) -> None:
    back = urlsplit(at_provider(client.get("/login/oidc/")["Location"]))
    address, head = f"{back.path}?{back.query}", {"Accept": "application/json"}
    assert refusal(Client().get(address, headers=head)) == "oidc_state", "another browser"
    assert client.get(address).status_code == 302
    assert refusal(client.get(address, headers=head)) == "oidc_state", "again"
    client.get("/login/oidc/")
    forged = urlencode({"code": "x", "state": "forged"})
    assert refusal(client.get(f"{back.path}?{forged}", headers=head)) == "oidc_state"


def test_a_code_caught_on_its_way_is_worth_nothing_without_the_verifier(city: City, client: Client) -> None:
    caught = parse_qs(urlsplit(at_provider(client.get("/login/oidc/")["Location"])).query)["code"][0]
    thief = Client()
    state = parse_qs(urlsplit(thief.get("/login/oidc/")["Location"]).query)["state"][0]
    given = urlencode({"code": caught, "state": state})
    answer = thief.get(f"/login/oidc/callback/?{given}", headers={"Accept": "application/json"})
    assert refusal(answer) == "oidc_unreachable"


def test_a_refusal_at_the_provider_is_told(city: City, client: Client) -> None:
    state = parse_qs(urlsplit(client.get("/login/oidc/")["Location"]).query)["state"][0]
    given = urlencode({"error": "access_denied", "state": state})
    answer = client.get(f"/login/oidc/callback/?{given}", headers={"Accept": "application/json"})
    assert refusal(answer) == "oidc_denied"


def test_what_the_provider_does_not_know_is_level_none_and_levels_only_rise(
    city: City, client: Client, configured: Callable[..., None]
) -> None:
    levels = []
    for acr in ("unheard-of", "gov-1", "gov-3", "gov-1"):
        configured(claims={"acr": acr})
        log_in(Client())
        levels.append(User.objects.get(identities__subject="person-1").real_name_level)
    assert levels == [0, 1, 3, 3]


def test_an_account_is_bound_by_its_owner_and_found_by_subject_never_by_name(
    city: City, client: Client, configured: Callable[..., None]
) -> None:
    configured(claims={"name": "陈十"})
    client.post("/login/", {"username": "chen", "password": PASSWORD, "code": ""})
    assert log_in(client, bind="1")["Location"] == "/account/"
    assert Identity.objects.get().user.username == "chen"
    other = Client()
    log_in(other)
    assert other.get("/account/").wsgi_request.user.username == "chen"
    configured(claims={"sub": "person-2", "name": "陈十"})
    stranger = Client()
    log_in(stranger)
    assert stranger.get("/account/").wsgi_request.user.username != "chen"


def test_an_identity_leads_to_one_account(city: City, client: Client) -> None:
    log_in(Client())
    client.post("/login/", {"username": "chen", "password": PASSWORD, "code": ""})
    answer = log_in(client, bind="1")
    assert answer.status_code == 409 and "已关联另一账号" in answer.content.decode()


def test_a_new_identity_is_never_an_officials(city: City, client: Client) -> None:
    log_in(client)
    user = Identity.objects.get().user
    Appointment.objects.create(person=user.person, post=Appointment.objects.first().post, start="2020-01-01")
    answer = client.get("/my/")
    assert answer.status_code == 403 and answer.wsgi_request.actor.holdings == ()


def test_an_official_still_gives_his_second_factor(city: City, client: Client) -> None:
    sun = User.objects.get(username="sun")
    Identity.objects.create(
        user=sun, issuer=configured_issuer(client), subject="person-1", bound_at="2026-01-01T00:00Z"
    )
    secret = secret_of("sun")
    assert log_in(client)["Location"] == "/login/code/"
    assert client.get("/my/").status_code == 302
    assert client.post("/login/code/", {"code": "000000"}).status_code == 401
    shown = secondfactor.code_at(secret, at=time.time())
    assert client.post("/login/code/", {"code": shown})["Location"] == "/my/"
    assert client.get("/my/").status_code == 200


def configured_issuer(client: Client) -> str:
    address = urlsplit(client.get("/login/oidc/")["Location"])
    return f"{address.scheme}://{address.netloc}"


def test_without_a_provider_the_door_does_not_exist(city: City, client: Client, settings: Any) -> None:
    settings.FADU_OIDC_ISSUER = ""
    assert client.get("/login/oidc/").status_code == 404
    assert client.get("/login/oidc/callback/").status_code == 404
    assert "统一身份认证" not in client.get("/login/").content.decode()


def test_a_provider_without_encryption_is_not_believed(city: City, client: Client, settings: Any) -> None:
    settings.FADU_OIDC_ISSUER = "http://identity.example"
    answer = client.get("/login/oidc/", headers={"Accept": "application/json"})
    assert refusal(answer) == "oidc_address"
