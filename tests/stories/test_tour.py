"""The README's tour through HTTP: five people take a decision from proposal to archive, and the law says no three times.

Waiting periods are passed with the demonstration's clock, as a visitor passes them. Each step is a page opened and a
form posted; entries the tour does not care about get plausible typed values.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from fadu.city import demo, wiring
from fadu.city.archives.models import Package
from fadu.city.authority import clock
from fadu.city.cases import procedures
from fadu.city.cases.checking import rebuild
from fadu.city.cases.models import Case
from fadu.city.ledger import publishing
from fadu.city.node import make_packages
from fadu.core.archive import package
from fadu.core.procedure import plausible
from fadu.core.procedure.definition import Definition, Step

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

DRAFT = "第一条 本市实行机动车停车分时收费。\n第二条 夜间停车每次不超过五元。\n第三条 本办法自公布之日起三十日后施行。"
NO = {
    "other_units": False, "group_interest": False, "hearing": False, "technical": False, "risk": False,
    "risk_assessed": False, "operators": False, "exploratory": False, "wide_attention": False, "open_consultation": True,
}  # fmt: skip
MEETING = ("vice_mayor", "vice_mayor_b", "office_director", "mayor")


class Tour:
    """One visitor's browser: personas, the clock, forms."""

    def __init__(self) -> None:
        self.client = Client()
        self.case = ""

    def become(self, persona: str) -> None:
        """Switch the persona in the demonstration's bar."""
        assert self.client.post("/demo/persona/", {"username": persona}).status_code == 302

    def wait(self, days: int) -> None:
        """Move the demonstration's clock forward."""
        assert self.client.post("/demo/clock/", {"to": f"+{days}"}).status_code == 302

    def post(
        self, step: Step, outcome: str = "", facts: Mapping[str, bool] | None = None, **values: Any
    ) -> Any:
        """Fill in the step's form and submit it."""
        form = _form(step, outcome, values, facts or {})
        path = f"/cases/{self.case}/" if self.case else "/cases/new/major_decision/"
        return self.client.post(
            path, form | ({"step": step.name} if self.case else {"organ": "city_housing"})
        )

    def done(self, persona: str, step: Step, outcome: str = "", **said: Any) -> None:
        """A step that the law allows."""
        self.become(persona)
        answer = self.post(step, outcome, **said)
        assert answer.status_code == 302, _reasons(answer)

    def refused(self, persona: str, step: Step, article: str, outcome: str = "", **said: Any) -> None:
        """A step that the law forbids: the page quotes the article and keeps what was typed."""
        self.become(persona)
        answer = self.post(step, outcome, **said)
        text = answer.content.decode()
        assert answer.status_code in (403, 409)
        assert article in text, _reasons(answer)


def _form(step: Step, outcome: str, given: Mapping[str, Any], facts: Mapping[str, bool]) -> dict[str, Any]:
    filled = plausible.values(step, outcome or next(iter(step.outcomes)), given, on=clock.now().date())
    form: dict[str, Any] = {
        "outcome": outcome,
        **{f"fact.{name}": "yes" if yes else "no" for name, yes in facts.items()},
    }
    for name, value in filled.items():
        entry = step.entries().get(name)
        if name == "views":
            value = [
                {
                    "person": person,
                    "view": "agree",
                    "text": "同意。",
                    "order": number,
                    "head": person == "mayor",
                }
                for number, person in enumerate(MEETING, 1)
            ]
        if entry is not None and entry.type in ("file", "files"):
            form[f"v.{name}"] = SimpleUploadedFile(f"{entry.title}.txt", DRAFT.encode(), "text/plain")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            for row, columns in enumerate(value):
                form |= {f"v.{name}.{row}.{key}": _typed(cell) for key, cell in columns.items()}
        else:
            form[f"v.{name}"] = value if isinstance(value, list) else _typed(value)
    return form


def _typed(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _reasons(answer: Any) -> str:
    text = answer.content.decode()
    return "\n".join(
        part.split("</p>")[0]
        for part in text.split('<p class="said">')[1:] + text.split('class="problem">')[1:]
    )


@pytest.fixture
def city(tmp_path: Path) -> Any:
    """The demonstration city, built as `make run` builds it, with its three decisions."""
    with override_settings(FADU_DEMO=True, FADU_VAR=tmp_path):
        wiring.wire()
        demo.build(settings.FADU_LAW / "demo", say=lambda *_: None)
        yield procedures.in_force("major_decision")


def test_a_decision_from_proposal_to_archive(city: Definition) -> None:
    """Undertaker, legal reviewer, mayor, supervisor and citizen; three refusals with the right article; a proof."""
    steps, tour = city.steps, Tour()
    tour.become("housing_clerk")
    answer = tour.post(steps["propose"], "department", subject="云川市机动车停车分时收费办法")
    assert answer.status_code == 302, _reasons(answer)
    tour.case = answer["Location"].rstrip("/").rpartition("/")[2]
    tour.refused("mayor", steps["deliberate"], "第二十五条第二款", "passed", study_unit="city_housing")
    tour.done(
        "mayor",
        steps["start"],
        "start",
        facts={"secret": False, "in_catalogue": True, "congress": False},
        undertaker="city_housing",
    )
    tour.done("housing_clerk", steps["draft"], facts=NO)
    tour.refused("housing_clerk", steps["consultation_review"], "办理")
    tour.done("office_reviewer", steps["consultation_review"])
    closes = (clock.now().date() + timedelta(days=31)).isoformat()
    tour.done("housing_clerk", steps["open_consultation"], "full", closes_on=closes)
    tour.refused("housing_clerk", steps["close_consultation"], "第十五条第一款", comments=0)
    tour.wait(32)
    tour.done("housing_clerk", steps["close_consultation"], comments=0)
    tour.done("housing_clerk", steps["opinion_handling"], "kept")
    tour.done("housing_head", steps["send_for_review"])
    tour.done("legal_reviewer", steps["accept_review"], "accepted")
    tour.done("legal_reviewer", steps["request_counsel"], counsel=["counsel_a"])
    tour.done("counsel_a", steps["counsel_opinion"], "lawful")
    tour.done("legal_reviewer", steps["legality_review"], "lawful")
    tour.done("housing_head", steps["dossier"])
    tour.done("office_clerk", steps["agenda"], "listed")
    tour.done("mayor", steps["deliberate"], "passed")
    tour.done("mayor", steps["party_report"], "reported")
    tour.done("mayor", steps["sign"])
    tour.done("office_reviewer", steps["disclosure_review"])
    tour.done("mayor", steps["publish"])
    tour.done("office_clerk", steps["archive"])
    _proved(tour)


def _proved(tour: Tour) -> None:
    """Supervisor and citizen look on; the package of the case proves itself offline."""
    assert list(rebuild.check()) == []
    publishing.publish(at=clock.now())
    assert make_packages() >= 1
    sealed = Package.objects.get(case=Case.objects.get(key=tour.case))
    path = settings.FADU_VAR / "archives" / str(sealed.case.year) / f"{tour.case}-{sealed.acts}.zip"
    assert package.check(path, at=clock.wall()).as_json()["wrong"] == {
        "真实": [],
        "完整": [],
        "可用": [],
        "安全": [],
    }
    tour.become("supervisor_head")
    assert tour.client.get("/supervision/").status_code == 200
    assert "停车分时收费" in tour.client.get(f"/cases/{tour.case}/responsible/").content.decode()
    citizen = Client()
    assert "停车分时收费" in citizen.get("/decisions/").content.decode()
    leaf = sealed.case.acts.order_by("seq").first().leaf
    assert citizen.get(f"/receipts/{leaf}/").status_code == 200
    assert citizen.get(f"/cases/{tour.case}/").status_code == 302
