"""A small city made as a real one is: every organ, post, person and power through the acts of ``authority``.

Plain functions; the caller says only what matters to it. The demonstration clock starts where the caller says, so that
tests about days choose their days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fadu.city.accounts.models import Person, User
from fadu.city.authority import acts as authority
from fadu.city.authority import clock, queries
from fadu.city.authority.actor import Actor
from fadu.city.authority.models import Organ
from fadu.city.cases import acts as cases
from fadu.city.cases.entry import Entry
from fadu.city.cases.models import Case

BEGAN = date(2025, 1, 1)
PASSWORD = "correct-horse-9"
# organ: (name, short, mark, duties, government)
ORGANS: Mapping[str, tuple[str, str, str, Sequence[str], str]] = {
    "gov": ("云州市人民政府", "市政府", "云府", ("government",), ""),
    "office": ("云州市人民政府办公室", "市政府办", "云府办", ("government_office",), "gov"),
    "legal": ("云州市司法局", "市司法局", "云司", ("legality_review",), "gov"),
    "finance": ("云州市财政局", "市财政局", "云财", (), "gov"),
    "transport": ("云州市交通运输局", "市交通局", "云交", (), "gov"),
    "inspect": ("云州市人民政府督查室", "市督查室", "云督", ("inspection",), "gov"),
}
# person: (name, organ, post, functions)
OFFICIALS: Mapping[str, tuple[str, str, str, Sequence[str]]] = {
    "zhao": ("赵一", "finance", "科员", ("handle",)),
    "qian": ("钱二", "finance", "主任科员", ("handle",)),
    "sun": ("孙三", "finance", "局长", ("approve", "head")),
    "li": ("李四", "legal", "审查员", ("review", "handle")),
    "zhou": ("周五", "legal", "审查处长", ("review", "approve")),
    "wu": ("吴六", "transport", "科员", ("handle",)),
    "zheng": ("郑七", "gov", "市长", ("decide", "head", "approve")),
    "wang": ("王八", "inspect", "督查员", ("supervise",)),
    "feng": ("冯九", "office", "文书", ("handle", "register")),
}


def make_organ(
    code: str,
    *,
    name: str,
    short: str,
    mark: str = "",
    duties: Sequence[str] = (),
    government: str = "gov",
    **more: Any,
) -> Organ:
    """One organ of the city, by the act that establishes it."""
    given = {"level": "city", "division": "330100", "start": BEGAN, **more}
    authority.establish_organ(
        queries.installer(), code=code, name=name, short=short, mark=mark, duties=list(duties),
        government=government, parent=government, **given,
    )  # fmt: skip
    return Organ.objects.get(code=code)


def make_person(key: str, name: str, *, kind: str = "natural") -> Person:
    """A person known to the platform."""
    authority.register_person(queries.installer(), key=key, name=name, kind=kind)
    return Person.objects.get(key=key)


def make_post(organ: str, title: str, functions: Sequence[str], *, held_by: str, since: date = BEGAN) -> int:
    """A post and its holder; returns the appointment."""
    installer = queries.installer()
    post = authority.create_post(installer, organ=organ, title=title, functions=list(functions))["post"]
    return int(authority.appoint(installer, post=post, person=held_by, start=since)["appointment"])


def make_user(person: str, *, kind: str = "official", email: str = "", mobile: str = "") -> User:
    """An account with a password; second factors are their own tests' business."""
    made = authority.open_account(
        queries.installer(), person=person, username=person, kind=kind, password=PASSWORD, email=email,
    )  # fmt: skip
    user = User.objects.get(pk=made["user"])
    if mobile:
        user.mobile = mobile
        user.save(update_fields=["mobile"])
    return user


@dataclass
class City:
    """The organs and people made, by key."""

    organs: dict[str, Organ]
    people: dict[str, Person]

    def actor(self, key: str, *, source: str = "test") -> Actor:
        """The person at the door now, freshly proved."""
        now = clock.now()
        person = Person.objects.get(key=key)
        official = person.users.filter(kind=User.Kind.OFFICIAL).exists() or not person.users.exists()
        holdings = queries.holdings_of(person, now.date()) if official else ()
        return Actor(person, person.users.first(), holdings, now, source=source)


def make_city(*, at: datetime | None = None) -> City:
    """Six organs, nine officials with accounts, one citizen. ``at`` sets the demonstration clock first."""
    if at is not None:
        clock.begin_demo(at)
    organs = {
        code: make_organ(code, name=name, short=short, mark=mark, duties=duties, government=government)
        for code, (name, short, mark, duties, government) in ORGANS.items()
    }
    people = {}
    for key, (name, organ, post, functions) in OFFICIALS.items():
        people[key] = make_person(key, name)
        make_post(organ, post, functions, held_by=key)
        make_user(key, email=f"{key}@example.invalid", mobile="13800000000")
    people["chen"] = make_person("chen", "陈十")
    make_user("chen", kind="citizen", email="chen@example.invalid")
    return City(organs, people)


def open_case(
    city: City, procedure: str, *, by: str, organ: str, title: str = "关于停车收费的事项", **values: Any
) -> Case:
    """A case opened through the door."""
    given = {"secrecy_class": "open", **values}
    outcome = given.pop("outcome", "")
    facts = given.pop("facts", {})
    step = given.pop("step")
    entry = Entry(step=step, outcome=outcome, values=given, facts=facts)
    answer = cases.open_case(city.actor(by), procedure=procedure, organ=organ, title=title, entry=entry)
    return Case.objects.get(key=answer["case"])


def do(
    city: City,
    case: Case,
    step: str,
    *,
    by: str,
    outcome: str = "",
    targets: Sequence[str] = (),
    files: Mapping[str, Sequence[int]] | None = None,
    **values: Any,
) -> dict[str, Any]:
    """A step done through the door by a person; the case is read again afterwards."""
    entry = Entry(step=step, outcome=outcome, values=values, targets=targets, files=files)
    answer = cases.perform(city.actor(by), case=case.key, entry=entry)
    case.refresh_from_db()
    return answer
