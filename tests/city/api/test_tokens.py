"""接口令牌: issued after a fresh proof, shown once, kept as a digest; it reads and acts as the person and never in his presence's stead."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from fadu.city.accounts import tokens
from fadu.city.accounts.models import Token, User
from fadu.city.api import operations
from fadu.city.authority import acts, clock
from fadu.city.authority.actor import Actor
from fadu.city.cases.models import Act, Case
from fadu.city.ledger.models import AccessEntry, Leaf
from fadu.core.errors import Refused
from fadu.core.log import record
from tests.city.api.conftest import Machine
from tests.city.api.test_errors import shaped
from tests.factories import City

pytestmark = pytest.mark.django_db
ISSUE = "/account/tokens/new/"


def issue(person: str, *, scope: str = "read act", days: int = 30) -> str:
    """The token of somebody who has just proved himself on his page."""
    client = Client()
    client.post("/demo/persona/", {"username": person})
    answer = client.post(ISSUE, {"name": "与办公系统对接", "scope": scope, "days": str(days)})
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    found = re.search(r'id="new-token">([^<]+)<', answer.content.decode())
    assert found is not None, answer.content.decode()
    return found[1]


def call(token: str, path: str, data: Any = None, *, scheme: str = "Bearer") -> Any:
    """A program with a token and nothing else."""
    client = Client(enforce_csrf_checks=True)
    headers = {"Authorization": f"{scheme} {token}"}
    if data is None:
        return client.get(path, headers=headers)
    return client.post(path, data, content_type="application/json", headers=headers)


def test_it_is_shown_once_and_kept_as_a_digest(case: Case, city: City) -> None:
    token = issue("li")
    assert token.startswith(tokens.PREFIX) and len(token) > 40
    row = Token.objects.get()
    assert token not in str(vars(row)) and row.digest == tokens.digest(token)
    li = Client()
    li.post("/demo/persona/", {"username": "li"})
    page = li.get("/account/tokens/").content.decode()
    assert "与办公系统对接" in page and token not in page and "从未" in page
    assert call(token, "/api/me").json()["person"] == "li"
    assert "从未" not in li.get("/account/tokens/").content.decode()
    assert Leaf.objects.filter(case_ref="register/account/li").count() == 2


def test_it_acts_as_the_person_where_his_presence_is_not_needed(city: City) -> None:
    token = issue("zhao")
    asked = {
        "procedure": "matter", "organ": "finance", "title": "停车收费",
        "values": {"content": "夜间", "secrecy_class": "open"},
    }  # fmt: skip
    answer = call(token, "/api/cases", asked)
    assert answer.status_code == 201, answer.content.decode()
    act = Act.objects.get()
    assert act.person.key == "zhao" and act.case.acts.count() == 1


def test_it_never_stands_for_the_presence_of_the_person(case: Case, city: City) -> None:
    """李四 reviews: with his session freshly proved he may, with his token he is told why not."""
    asked = {"step": "review", "outcome": "fit", "values": {"reasons": "可以"}}
    error = shaped(call(issue("li"), f"/api/cases/{case.key}/acts", asked), 409, "refused")
    assert [one["code"] for one in error["refusals"]] == ["prove_again"]
    assert "接口令牌不能用于" in error["refusals"][0]["sentence"] and "登录" in error["refusals"][0]["cure"]
    assert Act.objects.count() == 1
    shown = call(issue("li"), f"/api/cases/{case.key}").json()
    review = next(one for one in shown["steps"] if one["name"] == "review")
    assert not review["mine"]


def test_it_reads_only_where_that_is_its_scope(case: Case, city: City) -> None:
    token = issue("zhao", scope="read")
    assert call(token, f"/api/cases/{case.key}").status_code == 200
    shaped(call(token, f"/api/cases/{case.key}/acts", {"step": "close"}), 403, "refused")


def test_one_that_does_not_count_is_refused_with_the_reason(case: Case, city: City) -> None:
    token = issue("li", days=7)
    for wrong, words in ((token[:-1], "没有这个接口令牌"), ("", "Bearer"), ("x" * 5000, "没有这个")):
        answer = call(wrong, "/api/me")
        assert words in shaped(answer, 401, "bad_token")["sentence"]
        assert answer["WWW-Authenticate"].startswith("Bearer")
    shaped(call(token, "/api/me", scheme="Basic"), 401, "bad_token")
    clock.move_forward(clock.now() + timedelta(days=7))
    assert "已经过期" in shaped(call(token, "/api/me"), 401)["sentence"]
    token = issue("li")
    User.objects.filter(username="li").update(must_change_password=True)
    shaped(call(token, "/api/me"), 401, "must_change_password")
    User.objects.filter(username="li").update(must_change_password=False, active=False)
    assert "失效" in shaped(call(token, "/api/me"), 401)["sentence"]
    User.objects.filter(username="li").update(active=True)
    assert call(token, "/api/me").status_code == 200
    bodies = [record.read(bytes(one.body)) for one in AccessEntry.objects.all()]
    assert sum(body.get("step") == "api.token" for body in bodies) == 3


def test_taken_back_or_ended_with_the_sessions(city: City) -> None:
    token, other = issue("li"), issue("li")
    li, chen = Client(), Client()
    li.post("/demo/persona/", {"username": "li"})
    chen.post("/demo/persona/", {"username": "chen"})
    row = Token.objects.get(digest=tokens.digest(token))
    assert chen.post(f"/account/tokens/{row.pk}/revoke/").status_code == 404
    assert li.post(f"/account/tokens/{row.pk}/revoke/").status_code == 302
    assert "已经撤销" in shaped(call(token, "/api/me"), 401)["sentence"]
    assert call(other, "/api/me").status_code == 200
    li.post("/account/sessions/end/")
    assert "失效" in shaped(call(other, "/api/me"), 401)["sentence"]


def test_it_is_issued_only_by_oneself_having_just_proved_oneself(city: City) -> None:
    now = clock.now()
    li = User.objects.select_related("person").get(username="li")
    asked = {"username": "li", "name": "对接", "digest": "d" * 64, "scopes": ["read"], "days": 30}
    stale, by_token = Actor(li.person, li), Actor(li.person, li, proved_at=now, token=True)
    somebody = city.actor("zhao")
    for actor, code in ((stale, "prove_again"), (by_token, "not_yours"), (somebody, "not_yours")):
        with pytest.raises(Refused) as refused:
            acts.issue_token(actor, **asked)
        assert [one.code for one in refused.value.refusals] == [code]
    fresh = Actor(li.person, li, proved_at=now)
    for wrong, code in (
        ({"days": 31}, "wrong_days"),
        ({"scopes": ["act"]}, "wrong_scope"),
        ({"scopes": ["read", "all"]}, "wrong_scope"),
        ({"name": " "}, "missing_reason"),
    ):
        with pytest.raises(Refused) as refused:
            acts.issue_token(fresh, **(asked | wrong))
        assert [one.code for one in refused.value.refusals] == [code]
    assert not Token.objects.exists()
    for number in range(20):
        acts.issue_token(fresh, **(asked | {"digest": f"{number:064}"}))
    with pytest.raises(Refused) as refused:
        acts.issue_token(fresh, **asked)
    assert refused.value.refusals[0].code == "too_many"


def test_without_a_fresh_proof_the_page_asks_for_one(city: City, settings: Any) -> None:
    client = Client()
    client.post("/demo/persona/", {"username": "li"})
    settings.FADU_DEMO = False
    session = client.session
    session["proved"] = 0
    session.save()
    assert client.get(ISSUE)["Location"] == "/prove/?next=%2Faccount%2Ftokens%2Fnew%2F"


def test_no_page_takes_it(case: Case, city: City) -> None:
    token = issue("li")
    assert call(token, "/my/").status_code == 302
    assert call(token, f"/cases/{case.key}/").status_code == 302


def test_beside_a_session_the_token_counts(machine: Callable[..., Machine], city: City) -> None:
    zhao = machine("zhao")
    answer = zhao.client.get("/api/me", headers={"Authorization": f"Bearer {issue('li')}"})
    assert answer.json()["person"] == "li"
    assert zhao.get("/api/me")["person"] == "zhao"


def test_the_document_names_both_ways() -> None:
    document = operations.schema()
    schemes = document["components"]["securitySchemes"]
    assert schemes["Token"] == {"type": "http", "scheme": "bearer"}
    assert schemes["Session"]["in"] == "cookie"
    assert document["paths"]["/api/cases"]["post"]["security"] == [{"Token": []}, {"Session": []}]


def test_the_page_for_people_is_reached_from_every_page(client: Client, city: City) -> None:
    assert 'href="/api/"' in client.get("/").content.decode()
    page = client.get("/api/").content.decode()
    assert "怎样表明身份" in page and "/api/cases/{key}/acts" in page
