"""Who sees which cases, found in whatever way, is what the rule says; and a page asks the same few statements however
long its lists are."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils.crypto import get_random_string

from fadu.city.accounts.models import Mandate, Person
from fadu.city.authority import clock
from fadu.city.authority.actor import Actor, Holding
from fadu.city.authority.models import Organ
from fadu.city.cases import procedures, queries
from fadu.city.cases.models import Case, Definition, Duty, Involvement, Party
from fadu.city.cases.screens import listing
from fadu.city.ledger import publishing
from tests import factories
from tests.city.cases.test_feeds import as_person
from tests.factories import City

pytestmark = pytest.mark.django_db
MOST = 12
FUNCTIONS = ("handle", "review", "approve", "supervise")
PROCEDURES = ("matter", "work_task")


def grown(drawn: random.Random, pinned: Definition, people: list[Person], count: int) -> list[Case]:
    """Cases of every kind of standing, with organs, parties and duties drawn for each."""
    organs = list(Organ.objects.order_by("pk"))
    now = clock.now()
    cases = Case.objects.bulk_create(
        Case(
            key=get_random_string(26),
            procedure=drawn.choice(PROCEDURES),
            definition=pinned,
            title=drawn.choice(["停车收费", "道路养护"]) + str(number),
            organ=drawn.choice(organs),
            government=drawn.choice(organs),
            division="330100",
            year=2026,
            secrecy=drawn.choice(["public", "internal", "sealed"]),
            opened_at=now,
            opened_by=people[0],
            ended_at=drawn.choice([None, now]),
            # Many at the same moment: an act upon a thousand cases reads the clock once.
            changed_at=now - timedelta(days=drawn.randrange(4)),
            due=drawn.choice([None, now.date(), now.date() + timedelta(days=drawn.randrange(9))]),
        )
        for number in range(count)
    )
    for case in cases:
        near = drawn.sample(organs, drawn.randrange(3))
        Involvement.objects.bulk_create(
            Involvement(case=case, organ=organ, changed_at=case.changed_at) for organ in near
        )
        if drawn.random() < 0.3:
            Party.objects.create(case=case, person=drawn.choice(people), role="applicant")
        Duty.objects.bulk_create(
            Duty(
                case=case, step="s", title="步骤", kind=drawn.choice(["owed", "open"]), organ=drawn.choice([None, *organs]),
                function=drawn.choice(FUNCTIONS), person=drawn.choice([None, None, *people]), due_legal=case.due,
            )
            for _ in range(drawn.randrange(3))
        )  # fmt: skip
    return cases


def somebody(drawn: random.Random, people: list[Person]) -> Actor:
    """An official with up to three posts, or somebody without any; sometimes acting for another."""
    organs = list(Organ.objects.order_by("pk"))
    posts = tuple(
        Holding(organ, "岗位", frozenset(drawn.sample(FUNCTIONS, drawn.randint(1, 3))), 0)
        for organ in drawn.choices(organs, k=drawn.randrange(4))
    )
    mandate = None
    if drawn.random() < 0.3:
        named = drawn.choice([["*"], ["matter"], []])
        mandate = Mandate(principal=drawn.choice(people), agent=people[0], procedures=named)
    return Actor(drawn.choice(people), None, posts, mandate=mandate)


def rule(actor: Actor, case: Case) -> bool:
    """The rule itself, said once more and plainly."""
    mine = case.parties.filter(person=actor.stands_for).exists()
    if actor.mandate is not None and not {"*", case.procedure} & set(actor.mandate.procedures):
        mine = False
    organs = {held.organ.pk for held in actor.holdings}
    watched = {
        held.organ.government_id or held.organ.pk for held in actor.holdings if "supervise" in held.functions
    }
    involved = organs & {row.organ_id for row in case.involvements.all()}
    open_to_organs = bool(involved or case.government_id in watched) and case.secrecy != "sealed"
    return mine or (bool(actor.holdings) and (case.organ_id in organs or open_to_organs))


@pytest.mark.parametrize("seed", range(6))
def test_what_is_seen_listed_and_owed_is_what_the_rule_says(city: City, seed: int) -> None:
    drawn = random.Random(seed)
    people = list(Person.objects.filter(kind="natural").order_by("pk")[:4])
    cases = grown(drawn, procedures.pin(procedures.in_force("matter")), people, 40)
    for _ in range(12):
        actor = somebody(drawn, people)
        seen = {case.pk for case in cases if rule(actor, case)}
        found = list(queries.visible_to(actor).values_list("pk", flat=True))
        assert sorted(found) == sorted(seen)  # each once
        for asked in (
            {},
            {"order": "due"},
            {"q": "停车", "state": "open"},
            {"procedure": "matter", "order": "title"},
        ):
            expected = list(queries.search(actor, asked).values_list("pk", flat=True))
            shown = listing.listed(actor, asked, size=100)
            assert {case.pk for case in shown.page.object_list} == set(expected) <= seen
            if asked.get("order") != "due":
                assert [case.pk for case in shown.page.object_list] == expected
        for kind, rows in queries.worklists(actor, "owed", "open").items():
            assert [row.pk for row in rows] == owing(actor, kind)


def owing(actor: Actor, kind: str) -> list[int]:
    """Duties handed to him, or lying with his posts and handed to nobody, by date, those without one last."""
    seats = {(held.organ.pk, name) for held in actor.holdings for name in held.functions}
    mine = [
        row
        for row in Duty.objects.filter(kind=kind)
        if row.person_id == actor.person.pk
        or (row.person_id is None and (row.organ_id, row.function) in seats)
    ]
    ordered = sorted(mine, key=lambda row: (row.due_legal is None, str(row.due_legal), row.pk))
    return [row.pk for row in ordered][:50]


def test_the_nearest_dates_come_first_among_all(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond what is counted the list says so, and what is due soonest is found however long it has lain."""
    monkeypatch.setattr(listing, "MOST", 5)
    people = list(Person.objects.filter(kind="natural").order_by("pk")[:4])
    grown(random.Random(1), procedures.pin(procedures.in_force("matter")), people, 40)
    actor = city.actor("wang")
    shown = listing.listed(actor, {"order": "due"})
    dated = queries.search(actor, {"state": "open", "order": "due"}).filter(due__isnull=False)
    assert [case.pk for case in shown.page.object_list] == list(dated.values_list("pk", flat=True)[:5])
    assert shown.count == "5+" and shown.capped
    newest = listing.listed(actor, {})
    assert [case.pk for case in newest.page.object_list] == list(
        queries.search(actor, {}).values_list("pk", flat=True)[:5]
    )


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement sent, without the brackets of transactions."""
    sent: list[str] = []

    def note(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            sent.append(sql)
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(note):
        yield sent


def asked_by(browser: Client, address: str) -> list[str]:
    """What a page asks once everything that is kept between pages is known."""
    assert browser.get(address).status_code == 200
    with statements() as sent:
        assert browser.get(address).status_code == 200
    return sent


def test_pages_ask_few_statements_however_long_their_lists(city: City, case: Case, settings: Any) -> None:
    """My day, case page and case list: at most twelve, and no more with sixty cases than with a few."""
    publishing.publish(at=clock.now())
    browser = as_person(city, "li", Client())
    # A demonstration's bar asks who may be played and what time it is; a real installation has none.
    settings.FADU_DEMO = False
    addresses = ("/my/", "/cases/", "/cases/?order=due&state=open&q=停", f"/cases/{case.key}/")
    before = {address: asked_by(browser, address) for address in addresses}
    people = list(Person.objects.filter(kind="natural").order_by("pk")[:4])
    grown(random.Random(2), procedures.pin(procedures.in_force("matter")), people, 60)
    settings.FADU_DEMO = True
    factories.do(city, case, "add_signer", by="li", targets=["review"], persons=["wu"])
    publishing.publish(at=clock.now())
    settings.FADU_DEMO = False
    for address in addresses:
        after = asked_by(browser, address)
        # A reading is noted by one statement on PostgreSQL and by two on SQLite, where none costs a round trip.
        assert len(after) <= MOST + (connection.vendor == "sqlite"), after
        assert len(after) <= len(before[address]) + 1, (address, after)
