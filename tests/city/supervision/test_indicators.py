"""The wall: what ends soon, and the law files' own figures, each leading to the cases that fall short."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from fadu.city.authority import clock
from fadu.city.cases import acts
from fadu.city.cases.deadlines import due, nearing
from fadu.city.cases.entry import Elsewhere, Entry
from fadu.city.cases.models import Act, Case
from fadu.city.supervision import indicators, queries
from tests.city.cases.test_feeds import as_person
from tests.factories import City, do, open_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(city: City) -> Case:
    """A legal opinion asked for by the finance bureau, given by the counsel of the legality office."""
    return open_case(
        city, "noted", by="zhao", organ="finance", step="ask", content="停车收费是否合法"
    )  # fmt: skip


def test_a_figure_counts_by_the_day_on_which_things_happened(city: City, asked: Case) -> None:
    """law-A T9.2, K47: a meeting written down later, its opinion dated the day after, is not one that heard it before."""
    found = queries.watched(city.actor("wang"))
    (before,) = indicators.figures(Case.objects.filter(pk=asked.pk))[-1:]
    assert (before.total, before.percent) == (0, "—")
    clock.move_forward(clock.now() + timedelta(days=3))
    meeting = clock.now() - timedelta(days=2)
    performer = {"person": "sun", "organ": "finance", "post": "市财政局局长", "role": "head"}
    acts.attest(
        city.actor("sun"), case=asked.key, elsewhere=Elsewhere(meeting, "纪要", "3", [performer]),
        entry=Entry(step="decide", values={"note": "同意"}),
    )  # fmt: skip
    do(city, asked, "advise", by="li", note="合法")
    figure = indicators.figure(found, "noted", "heard_before")
    assert figure is not None and (figure.kept, figure.total, figure.percent) == (0, 1, "0.00%")
    assert [one.case for one in figure.missing] == [asked]
    ever = indicators.figure(found, "noted", "heard")
    assert ever is not None and ever.percent == "100.00%"
    wang = as_person(city, "wang", Client())
    wall = wang.get("/supervision/").content.decode()
    assert "意见事前率" in wall and "0.00%" in wall and "100.00%" in wall
    page = wang.get("/supervision/indicators/noted/heard_before/").content.decode()
    assert asked.title in page and f"/cases/{asked.key}/#act-2" in page
    assert (
        asked.title not in wang.get("/supervision/indicators/noted/heard_before/?year=2025").content.decode()
    )
    assert wang.get("/supervision/indicators/noted/unknown/").status_code == 404
    nobody = indicators.figure(queries.watched(city.actor("zhao")), "noted", "heard_before")
    assert nobody is not None and nobody.total == 0, "counted among the cases he watches only"


def test_the_end_is_near_as_early_as_the_law_file_says(city: City, asked: Case) -> None:
    """``warn = "8 workdays"``: reminded of and on the wall from then on; other limits three working days before."""
    found = queries.watched(city.actor("wang"))
    told = []
    for _ in range(16):
        on = clock.now().date()
        if any(near.title == "出具意见" for near in nearing.ends(found, on, most=50)):
            told.append(on.isoformat())
        due.tick(clock.now())
        clock.move_forward(clock.now() + timedelta(days=1))
    assert (told[0], told[-1]) == ("2026-03-11", "2026-03-23")


def test_papers_kept_by_the_lenient_count_only_stand_on_the_page_and_on_the_wall(
    city: City, asked: Case
) -> None:
    do(city, asked, "plan", by="zhao", held_on="2026-03-20")
    clock.move_forward(clock.now() + timedelta(days=2))
    found, zhao = queries.watched(city.actor("wang")), as_person(city, "zhao", Client())
    address = f"/cases/{asked.key}/?step=papers"
    assert (
        nearing.lenient(found, clock.now().date()) == []
        and "从严计算" not in zhao.get(address).content.decode()
    )
    clock.move_forward(clock.now() + timedelta(days=2))
    assert "从严计算应当在2026年3月12日以前" in zhao.get(address).content.decode()
    do(city, asked, "papers", by="zhao")
    (line,) = nearing.lenient(found, clock.now().date())
    assert line.case == asked and "已于2026年3月13日办理" in line.sentence
    assert line.sentence in as_person(city, "wang", Client()).get("/supervision/").content.decode()
    clock.move_forward(clock.now() + timedelta(days=10))
    assert nearing.lenient(found, clock.now().date()) == []


def test_waivers_and_overturned_facts_are_a_figure_by_organ(city: City, asked: Case) -> None:
    found = queries.watched(city.actor("wang"))
    assert queries.set_aside(found) == []
    row = asked.acts.get(seq=1)
    for number, step in enumerate(("waive", "overturn_fact", "overturn_fact"), 2):
        Act.objects.create(
            case=asked, seq=number, step=step, outcome="done", occurred_at=row.occurred_at, recorded_at=row.recorded_at,
            person=row.person, organ=row.organ, data={}, leaf=f"{number:064}",
        )  # fmt: skip
    assert queries.set_aside(found) == [("市财政局", 1, 2)]
