"""How often the pages ask the database: never more than twelve times, whoever looks and whatever hangs on the case."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client

from fadu.city.accounts.models import User
from fadu.city.authority import clock
from fadu.city.authority.middleware import session_of
from fadu.city.cases import procedures, queries
from fadu.city.cases.models import Case, Draft, Party
from fadu.city.ledger import publishing
from tests import asked
from tests.factories import City, do, open_case

pytestmark = pytest.mark.django_db
# Of each kind of reader one: the undertaker, a reviewer, two heads, the supervisor, the party.
READERS = ("zhao", "li", "sun", "zhou", "wang", "chen")


def logged_in(key: str) -> Client:
    """A browser of somebody who has just logged in."""
    browser = Client()
    session = browser.session
    session.update(session_of(User.objects.get(username=key), clock.wall().timestamp()))
    session.save()
    browser.cookies[configured.SESSION_COOKIE_NAME] = session.session_key
    return browser


@pytest.fixture
def tangled(city: City, case: Case) -> list[Case]:
    """A matter with a party, links in both directions, children and work handed out; and the case that asks it."""
    other = open_case(city, "asking", by="zhao", organ="finance", step="begin", content="请提意见")
    for _ in range(3):
        more = open_case(city, "asking", by="zhao", organ="finance", step="begin", content="再提")
        do(city, more, "ask", by="zhao", matter=case.number)
    do(city, other, "ask", by="zhao", matter=case.number)
    children = [open_case(city, "matter", by="zhao", organ="finance", step="register", content="子") for _ in range(3)]  # fmt: skip
    Case.objects.filter(pk__in=[one.pk for one in children]).update(parent=case)
    do(city, case, "add_signer", by="li", targets=["review"], persons=["wu"])
    for one in (case, other):
        Party.objects.create(case=one, person=city.people["chen"], role="applicant")
        one.refresh_from_db()
    return [case, other]


@pytest.fixture
def real(tangled: list[Case], settings: Any) -> None:
    """The pages of a real installation whose proofs are published: without the demonstration's clock and bar."""
    publishing.publish(at=clock.now())
    settings.FADU_DEMO = False
    # A process looks once, and again after hours, whether proof is overdue (cases.unproved).
    assert not queries.halted(clock.now())


def test_every_variant_of_the_case_page(tangled: list[Case], real: None) -> None:
    for key in READERS:
        browser = logged_in(key)
        seen = 0
        for case in tangled:
            address = f"/cases/{case.key}/"
            if browser.get(address).status_code != 200:
                continue
            seen += 1
            for step in ("", *procedures.of(case).steps):
                found = asked.by(browser, f"{address}?step={step}" if step else address)
                assert len(found) <= asked.MOST, f"{key} {case.procedure} {step}\n{asked.told(found)}"
        assert seen, f"{key} sees neither case: this reader measures nothing"


def test_links_and_children_stand_on_the_page(tangled: list[Case], real: None) -> None:
    case, other = tangled
    page = logged_in("zhao").get(f"/cases/{case.key}/").content.decode()
    assert "关联案件" in page and "子案件" in page
    assert f"/cases/{other.key}/" in page
    assert f"/cases/{other.key}/" not in logged_in("li").get(f"/cases/{case.key}/").content.decode()


def test_a_kept_draft_comes_with_the_page(tangled: list[Case], real: None) -> None:
    case = tangled[0]
    Draft.objects.create(
        person_id=User.objects.get(username="li").person_id, place=f"case/{case.key}/review",
        values={"values": {"reasons": "尚待补正"}, "head": {}}, changed_at=clock.wall(),
    )  # fmt: skip
    browser = logged_in("li")
    found = asked.by(browser, f"/cases/{case.key}/?step=review")
    assert len(found) <= asked.MOST, asked.told(found)
    page = browser.get(f"/cases/{case.key}/?step=review").content.decode()
    assert "尚待补正" in page and "已恢复您上次暂存的内容" in page


@pytest.mark.parametrize("key", READERS[:-1])
@pytest.mark.parametrize(
    "address",
    ["/my/", "/cases/", "/cases/?q=停车", "/cases/?q=停&order=due", "/cases/?order=title&state=open"],
)
def test_my_day_and_the_list(tangled: list[Case], real: None, key: str, address: str) -> None:
    found = asked.by(logged_in(key), address)
    assert len(found) <= asked.MOST, asked.told(found)


def test_citizens_are_nobodys_choice_and_parties_are(tangled: list[Case], real: None) -> None:
    page = logged_in("li").get(f"/cases/{tangled[0].key}/?step=hand_over").content.decode()
    assert 'value="zhou"' in page and 'value="chen"' in page, "officials, and the party of this case"
    stranger = tangled[0].children.earliest("pk")
    page = logged_in("zhao").get(f"/cases/{stranger.key}/?step=hand_over").content.decode()
    assert 'value="zhou"' in page and 'value="chen"' not in page
