"""Rights fail closed: every address × every kind of visitor; what one may not see answers like what does not exist; lists,
search, export, counts and API show the same cases; a field is read by whom its class allows, on the page and in the receipt.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from fadu.city.accounts.models import User
from fadu.city.authority import acts, clock, queries
from fadu.city.authority.actor import Actor
from fadu.city.cases import procedures
from fadu.city.cases import queries as cases
from fadu.city.cases.models import Case, Duty, Publication, SavedFilter
from fadu.city.ledger import queries as ledger
from tests import factories, installations
from tests.conformance import access_world
from tests.conformance.access_table import ROUTES
from tests.conformance.access_world import VISITORS, World, browser, class_of, text_of

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
ABSENT = "0" * 26
# Who has nothing to do with the case, though logged in.
OUTSIDE = ("enterprise", "elsewhere", "staffing")
KNOWING = ("handling", "deciding", "supervising")


@pytest.fixture(scope="module", autouse=True)
def book_of_its_own() -> Iterator[None]:
    """The statute book is read once for these tests, and again for whatever runs after them."""
    with installations.read_afresh():
        yield


@pytest.fixture(autouse=True)
def installation(settings: Any, tmp_path: Path) -> None:
    """Keys and files of this test alone; the clock of a demonstration."""
    installations.install(settings, tmp_path)


@pytest.fixture
def world(db: None) -> World:
    """The city with the things that addresses name."""
    city = factories.make_city(at=MONDAY)
    factories.make_person("cheng", "程审")
    factories.make_post("office", "信息公开审查员", ["review"], held_by="cheng")
    power = {"procedure": "major_decision", "basis": "决策条例", "start": factories.BEGAN}
    acts.install_powers(queries.installer(), organ="transport", powers=[power], source="测试清单")
    return access_world.make(city)


def actor(username: str) -> Actor:
    user = User.objects.select_related("person").get(username=username)
    return queries.actor_for(user, at=clock.now(), proved_at=clock.now())


def test_every_address_is_classified() -> None:
    known, found = [row[0] for row in ROUTES], set(access_world.routes())
    assert len(known) == len(set(known)), "a route stands twice in the table"
    missing, gone = found - set(known), set(known) - found
    assert not missing, f"not in tests/conformance/access_table.py: {sorted(missing)}"
    assert not gone, f"in the table, but no longer on the site: {sorted(gone)}"
    assert all(len(answers) == len(VISITORS) for row in ROUTES for answers in row[1:3])


@pytest.mark.slow
@pytest.mark.parametrize("visitor", VISITORS)
def test_every_address_answers_the_visitor_as_the_table_says(world: World, visitor: str) -> None:
    place = list(VISITORS).index(visitor)
    wrong = []
    for route, get, post, sample in ROUTES:
        address = world.address(route, sample)
        for method, expected in (("get", get[place]), ("post", post[place])):
            before = transaction.savepoint()
            answered = class_of(getattr(browser(VISITORS[visitor]), method)(address))
            transaction.savepoint_rollback(before)
            if answered != expected:
                wrong.append(f"{method.upper()} {route}: {answered}, the table says {expected}")
    assert not wrong, "\n".join(wrong)


def case_routes() -> list[tuple[str, str, str]]:
    """Routes that name a case which is not everybody's: (route, sample, method)."""
    found = []
    for route, get, post, sample in ROUTES:
        if "key>" in route or "<slug:case>" in route:
            found += [
                (route, sample, method)
                for method, answers in (("get", get), ("post", post))
                if set(answers) & set("r") and route.partition("/")[0] in ("cases", "api", "lots", "archives")
            ]
    return found


def test_there_are_many_such_routes() -> None:
    assert len(case_routes()) >= 12


@pytest.mark.parametrize("visitor", OUTSIDE)
def test_what_one_may_not_see_answers_like_what_does_not_exist(world: World, visitor: str) -> None:
    client = browser(VISITORS[visitor])
    differing = []
    for route, sample, method in case_routes():
        address = world.address(route, sample)
        hidden = getattr(client, method)(address)
        absent = getattr(client, method)(address.replace(world.case.key, ABSENT))
        same = text_of(hidden) == text_of(absent).replace(ABSENT, world.case.key)
        if hidden.status_code != absent.status_code or not same:
            differing.append(f"{method} {route}: {hidden.status_code} and {absent.status_code}")
    assert not differing, "\n".join(differing)


@pytest.mark.parametrize("route", ["account/mandates/<int:pk>/revoke/", "my/delegations/<int:pk>/revoke/"])
def test_other_parties_mandates_and_delegations_do_not_exist(world: World, route: str) -> None:
    for visitor in ("elsewhere", "deciding"):
        client = browser(VISITORS[visitor])
        address = world.address(route, "pk=delegation" if "delegations" in route else "pk=mandate")
        hidden, absent = client.get(address), client.get("/" + route.replace("<int:pk>", "999999"))
        assert (hidden.status_code, text_of(hidden)) == (absent.status_code, text_of(absent))


def test_anothers_saved_filter_stays(world: World) -> None:
    browser("zhao").post(f"/cases/filters/{world.saved}/drop/")
    assert SavedFilter.objects.filter(pk=world.saved).exists()
    browser("wu").post(f"/cases/filters/{world.saved}/drop/")
    assert not SavedFilter.objects.filter(pk=world.saved).exists()


def test_a_case_that_was_not_published_is_not_public(world: World) -> None:
    assert Client().get(f"/public/{world.case.key}/").status_code == 200
    Publication.objects.filter(case=world.case).delete()
    hidden, absent = Client().get(f"/public/{world.case.key}/"), Client().get(f"/public/{ABSENT}/")
    assert (hidden.status_code, text_of(hidden)) == (404, text_of(absent))


def shown_in(answer: HttpResponse, world: World) -> bool:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200, answer.status_code
    return world.case.key.encode() in body or world.case.title.encode() in body


@pytest.mark.parametrize("visitor", [*OUTSIDE, *KNOWING, "party"])
def test_lists_search_export_counts_and_api_show_the_same_cases(world: World, visitor: str) -> None:
    username = VISITORS[visitor]
    who, client = actor(username), browser(username)
    sees = cases.visible_to(who).filter(pk=world.case.pk).exists()
    assert sees is (visitor not in OUTSIDE)
    assert cases.search(who, {"q": "票价"}).filter(pk=world.case.pk).exists() is sees
    listed = client.get("/api/cases").json()
    assert (world.case.key in json.dumps(listed)) is sees
    assert (client.get(f"/api/cases/{world.case.key}").status_code == 200) is sees
    if not who.official:
        return
    assert shown_in(client.get("/cases/"), world) is sees
    assert shown_in(client.get("/cases/", {"q": "票价"}), world) is sees
    assert shown_in(client.post("/cases/export/csv/"), world) is sees
    mine = {duty.case_id for kind in Duty.Kind.values for duty in cases.worklist(who, kind)}
    assert sees or world.case.pk not in mine
    assert sees or not shown_in(client.get("/my/"), world)
    assert sees or not shown_in(client.get("/supervision/"), world)
    assert sees or not shown_in(client.get("/archives/"), world)


def test_a_sealed_matter_is_seen_by_its_organ_and_its_parties_alone(world: World) -> None:
    Case.objects.filter(pk=world.case.pk).update(secrecy=Case.Secrecy.SEALED)
    seen = {
        visitor: cases.visible_to(actor(username)).filter(pk=world.case.pk).exists()
        for visitor, username in VISITORS.items()
        if username
    }
    assert {visitor for visitor, sees in seen.items() if sees} == {"party", "handling"}
    for visitor in ("deciding", "supervising"):
        assert browser(VISITORS[visitor]).get(f"/cases/{world.case.key}/").status_code == 403


READERS = {
    "public": {"handling", "deciding", "supervising", "reviewing", "party"},
    "internal": {"handling", "deciding", "supervising", "reviewing"},
    "personal": {"handling", "deciding", "supervising", "reviewing"},
    "sealed": {"handling"},
}


# What the proposer wrote in one field, and where it stands; nothing else on the site has these words.
FIELD, WORDS = "preliminary_plan", "解决问题的初步方案。"


@pytest.fixture
def field_of_class(world: World, cls: str) -> Iterator[None]:
    """The field under another class, in the definition that the case has pinned."""
    field = procedures.of(world.case).steps["propose"].entries()[FIELD]
    before = field.cls
    object.__setattr__(field, "cls", cls)
    yield
    object.__setattr__(field, "cls", before)


@pytest.mark.parametrize("cls", READERS)
@pytest.mark.usefixtures("field_of_class")
def test_a_field_is_shown_on_the_case_page_to_whom_its_class_allows(world: World, cls: str) -> None:
    """The same recorded value under each class: only the class decides who reads it, on the page and by API."""
    factories.make_user("cheng")
    visitors = {**VISITORS, "reviewing": "cheng"}
    for visitor in ("handling", "deciding", "supervising", "reviewing", "party"):
        client = browser(visitors[visitor])
        expected = visitor in READERS[cls]
        page = client.get(f"/cases/{world.case.key}/").content.decode()
        assert (WORDS in page) is expected, (visitor, "page")
        told = json.dumps(client.get(f"/api/cases/{world.case.key}/acts").json(), ensure_ascii=False)
        assert (WORDS in told) is expected, (visitor, "api")
    for address in (f"/public/{world.case.key}/", "/api/publications", "/search/?q=初步方案"):
        assert WORDS not in Client().get(address).content.decode(), "what is not published is not public"


def test_a_receipt_tells_strangers_that_it_is_and_nothing_of_what_was_said(world: World) -> None:
    leaf = world.case.acts.get(seq=1).leaf
    opened = ledger.openings(f"case/{world.case.key}")[leaf]
    entries = procedures.of(world.case).steps["propose"].entries()
    secrets = [
        opened[name] for name, one in entries.items() if one.cls != "public" and len(opened.get(name, "")) > 4
    ]
    assert WORDS in secrets and len(secrets) >= 5
    for visitor in ("nobody", *OUTSIDE):
        client = browser(VISITORS[visitor])
        for address in (f"/receipts/{leaf}/", f"/receipts/{leaf}.json", f"/api/receipts/{leaf}"):
            answer = client.get(address)
            body = answer.content.decode("unicode_escape" if address.endswith("json") else "utf-8")
            assert answer.status_code == 200 and not [one for one in secrets if one in body], (
                visitor,
                address,
            )
