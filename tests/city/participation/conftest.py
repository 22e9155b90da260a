"""The small city with a decision being prepared under the shipped law, its own keys and clock; all through the door."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fadu.city.accounts.models import User
from fadu.city.authority import acts as authority
from fadu.city.authority import clock, queries
from fadu.city.authority.actor import Actor
from fadu.city.cases import acts as cases
from fadu.city.cases import procedures
from fadu.city.cases.entry import Entry
from fadu.city.cases.files import uploads
from fadu.city.cases.models import Case
from fadu.city.participation import acts, codes, origin
from fadu.city.participation.models import Consultation
from fadu.core.errors import Refused
from fadu.core.procedure import plausible
from tests import factories, installations
from tests.factories import City

BEIJING = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=BEIJING)
DRAFT = """云州市公共汽车票价调整方案
第一章 总则
第一条 为了减轻换乘负担，制定本方案。
第二条 本方案适用于市区公共汽车。
第二章 票价
第三条 票价二元，六十分钟内换乘不再收费。
第四条 下列人员免费乘车：
（一）年满六十五周岁的老年人；
（二）现役军人、残疾人。
"""
FACTS = {
    "other_units": False, "group_interest": False, "open_consultation": True, "hearing": False, "technical": False,
    "risk": False, "risk_assessed": False, "operators": False, "exploratory": False, "wide_attention": False,
}  # fmt: skip


@pytest.fixture(scope="package", autouse=True)
def book_of_its_own() -> Iterator[None]:
    """The statute book is read once for these tests, and again for whatever runs after them."""
    with installations.read_afresh():
        yield


@pytest.fixture(autouse=True)
def installation(settings: Any, tmp_path: Path) -> None:
    """Keys and files of this test alone; the clock of a demonstration."""
    installations.install(settings, tmp_path)


@pytest.fixture
def city(db: None) -> City:
    """The small city, with somebody who reviews what is published."""
    made = factories.make_city(at=MONDAY)
    factories.make_person("cheng", "程审")
    factories.make_post("office", "信息公开审查员", ["review"], held_by="cheng")
    factories.make_user("cheng")
    power = {"procedure": "major_decision", "basis": "决策条例", "start": factories.BEGAN}
    authority.install_powers(queries.installer(), organ="transport", powers=[power], source="测试清单")
    return made


def entry(
    actor: Actor, case: Case | None, step: str, outcome: str, given: Mapping[str, Any], facts: Any
) -> Entry:
    """What somebody types: the values that matter here, plausible ones for the rest, a text for each file."""
    definition = procedures.of(case) if case else procedures.in_force("major_decision")
    asked = definition.steps[step]
    values = plausible.values(asked, outcome or "done", given, on=clock.now().date())
    files = {}
    for name, one in asked.entries().items():
        if one.type in ("file", "files") and name in values:
            typed = given.get(name, f"第一条 {one.title}。")
            upload = (
                typed
                if isinstance(typed, SimpleUploadedFile)
                else SimpleUploadedFile(f"{one.title}.txt", typed.encode())
            )
            place = f"case/{case.key}/{step}" if case else "new/major_decision"
            files[name] = [uploads.keep(actor.person, place, name, upload, at=clock.now()).pk]
            del values[name]
    return Entry(
        step=step,
        outcome=outcome,
        values=values,
        files=files,
        facts=facts,
        reasons=dict.fromkeys(facts, "已核对"),
    )


class Matter:
    """A decision on bus fares and the people around it."""

    def __init__(self, city: City, **facts: bool) -> None:
        self.city = city
        opening = {"subject": "云州市公共汽车票价调整方案", "secrecy_class": "open"}
        wu = city.actor("wu")
        opened = cases.open_case(
            wu,
            procedure="major_decision",
            organ="transport",
            entry=entry(wu, None, "propose", "department", opening, {}),
        )
        self.case = Case.objects.get(key=opened["case"])
        known = {"secret": False, "in_catalogue": True, "congress": False}
        self.do("start", by="zheng", outcome="start", facts=known, undertaker="transport")
        self.do("draft", facts=FACTS | facts, text=DRAFT)
        self.do("consultation_review", by="cheng")

    def do(
        self, step: str, *, by: str = "wu", outcome: str = "", facts: Any = None, **values: Any
    ) -> dict[str, Any]:
        """A step done through the door."""
        actor = self.city.actor(by)
        typed = entry(actor, self.case, step, outcome, values, facts or {})
        answer = cases.perform(actor, case=self.case.key, entry=typed)
        self.case.refresh_from_db()
        return answer

    def open(self, *, days: int = 30, outcome: str = "full", **values: Any) -> Consultation:
        """The consultation opened, closing so many days from now."""
        closes_on = (clock.now().date() + timedelta(days=days)).isoformat()
        given = {"draft_shown": DRAFT, "closes_on": closes_on, "notice": "公告。", "how": "网上。", **values}
        self.do("open_consultation", outcome=outcome, **given)
        return Consultation.objects.latest("pk")


@pytest.fixture
def matter(city: City) -> Matter:
    """A decision whose draft is ready for consultation."""
    return Matter(city)


@pytest.fixture
def make_matter(city: City) -> Callable[..., Matter]:
    """A decision with other facts."""
    return lambda **facts: Matter(city, **facts)


def say(
    key: str, text: str, *, actor: Actor | None = None, address: str = "", request_id: str = "", **more: Any
) -> str:
    """An opinion sent; returns its receipt code. Each comes from another address unless one is named."""
    request_id = request_id or secrets.token_hex(12)
    place = origin.of(address or secrets.token_hex(4), clock.now().date())
    acts.comment(
        actor or queries.newcomer(), request_id=request_id, consultation=key, text=text, origin=place, **more
    )
    return codes.derive(key, request_id)


def refused(*codes_: str) -> Any:
    """``with refused("closed"):`` the act is refused for exactly these reasons."""
    return _Refused(codes_)


class _Refused:
    def __init__(self, expected: tuple[str, ...]) -> None:
        self.expected = expected
        self.reasons: dict[str, Any] = {}

    def __enter__(self) -> _Refused:
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        assert isinstance(error, Refused), f"not refused: {error!r}"
        self.reasons = {reason.code: reason for reason in error.refusals}
        assert set(self.reasons) == set(self.expected), [str(reason) for reason in error.refusals]
        return True


def forward(days: int) -> None:
    """The demonstration's clock moves on."""
    clock.move_forward(clock.now() + timedelta(days=days))


def browser(person: str = "") -> Client:
    """A visitor, logged in as somebody where named."""
    client = Client()
    if person:
        user = User.objects.get(person__key=person)
        client.post("/demo/persona/", {"username": user.username})
    return client
