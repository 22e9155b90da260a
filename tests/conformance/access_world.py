"""The visitors and the things of tests/conformance/test_access.py: a city with one decision under way and everything on it
that a page can show, made through the door.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from fadu.city.accounts.models import User
from fadu.city.authority import acts as authority
from fadu.city.authority import clock, middleware
from fadu.city.authority.models import Appointment
from fadu.city.cases.models import Case, File, Party, SavedFilter
from tests import factories
from tests.city.participation.conftest import Matter
from tests.factories import City

# Who comes: kind of visitor -> account ("" = nobody is logged in).
VISITORS = {
    "nobody": "",
    "party": "chen",  # a citizen who is a party to the case
    "enterprise": "firm",  # somebody else's account
    "elsewhere": "zhao",  # an official of an organ that has nothing to do with the case
    "handling": "wu",
    "deciding": "zheng",
    "supervising": "wang",
    "staffing": "he",
}


@dataclass
class World:
    """The things that addresses name."""

    city: City
    case: Case
    file: File
    consultation: str
    delegation: int
    mandate: int
    saved: int
    appointment: int

    def address(self, route: str, sample: str = "") -> str:
        """An address of the route that names these things; ``sample`` says what else stands in it, word by word."""
        own = dict(pair.split("=") for pair in sample.split())
        app = route.partition("/")[0]
        known = {
            "key": self.consultation if app == "consultations" else self.case.key,
            "case": self.case.key,
            "leaf": self.case.acts.get(seq=1).leaf,
            "pk": self.file.pk,
            "delegation": self.delegation,
            "mandate": self.mandate,
            "saved": self.saved,
            "appointment": self.appointment,
        }

        def put(found: re.Match[str]) -> str:
            name = found[1].rpartition(":")[2]
            word = own.get(name, name)
            return str(known.get(word, word))

        return "/" + re.sub(r"<([^>]+)>", put, route)


def make(city: City) -> World:
    """A decision whose consultation is open, with a party; an enterprise, a keeper of posts; what they own."""
    for key, name, kind in (("firm", "某公司", "enterprise"), ("mandatary", "律十四", "citizen")):
        factories.make_person(key, name, kind="enterprise" if kind == "enterprise" else "natural")
        factories.make_user(key, kind=kind)
    factories.make_organ("staffing", name="云州市机构编制办公室", short="市编办", duties=["staffing"])
    factories.make_person("he", "何编")
    factories.make_post("staffing", "编制员", ["staffing"], held_by="he")
    factories.make_user("he")
    matter = Matter(city)
    consultation = matter.open()
    case = matter.case
    Party.objects.create(case=case, person=city.people["chen"], role="applicant")
    on = clock.now().date()
    wu = Appointment.objects.get(person__key="wu")
    factories.make_person("hu", "胡十六")
    factories.make_post("transport", "副科", ["handle"], held_by="hu")
    lent = authority.delegate(
        city.actor("wu"), appointment=wu.pk, to="hu", functions=["handle"], start=on, end=on + timedelta(days=9),
        reason="出差",
    )["delegation"]  # fmt: skip
    given = authority.give_mandate(
        city.actor("chen"), agent="mandatary", procedures=["*"], scope="一般代理", start=on, end=on + timedelta(days=9)
    )["mandate"]  # fmt: skip
    saved = SavedFilter.objects.create(person=city.people["wu"], name="我的", query="state=open")
    file = File.objects.filter(case=case).first()
    assert file is not None
    return World(city, case, file, consultation.key, int(lent), int(given), saved.pk, wu.pk)


def browser(username: str) -> Client:
    """A browser with a session of that account, freshly proved."""
    client = Client(raise_request_exception=True)
    if username:
        session = client.session
        user = User.objects.get(username=username)
        session.update(middleware.session_of(user, clock.wall().timestamp(), persona=True))
        session.save()
    return client


def routes(found: Any = None, before: str = "") -> Iterator[str]:
    """Every address pattern of the site, as written."""
    for one in (found or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from routes(one, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield before + str(one.pattern)


def class_of(answer: HttpResponse) -> str:
    """What an answer means to the visitor: o open, l log in first, r refused, m no such thing, x not by this method."""
    if answer.status_code == 302 and answer["Location"].startswith("/login/"):
        return "l"
    return {401: "l", 403: "r", 404: "m", 405: "x"}.get(answer.status_code, "o")


def text_of(answer: HttpResponse) -> str:
    """The body without what differs from request to request (tokens) or from visitor to visitor (the bar)."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", body.decode(errors="replace")).partition("<main")[2]
