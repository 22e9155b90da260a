"""补录: whether those who did an act elsewhere had its role on that day, by the registers of that day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from fadu.city.authority import clock
from fadu.city.authority.models import Appointment
from fadu.city.cases import acts, drafts
from fadu.city.cases.checking import rebuild
from fadu.city.cases.entry import Elsewhere, Entry
from fadu.city.cases.models import Case
from tests.factories import City, do

pytestmark = pytest.mark.django_db


def review(city: City, case: Case, *by: str) -> list[dict[str, Any]]:
    """Attest the review as done now by these persons, as the page does; what was found with it."""
    return attested(city, case, Entry(step="review", outcome="fit", values={"reasons": "可以"}), *by)


def attested(city: City, case: Case, entry: Entry, *by: str) -> list[dict[str, Any]]:
    performers = drafts.performers(by, clock.now().date())
    paper = Elsewhere(clock.now(), "纸质审查单", "7", performers)
    acts.attest(city.actor("zhou"), case=case.key, elsewhere=paper, entry=entry)
    case.refresh_from_db()
    found: list[dict[str, Any]] = case.acts.get(seq=case.version).data.get("findings", [])
    return found


def test_whoever_has_the_post_is_not_found(city: City, case: Case) -> None:
    assert review(city, case, "zhou") == []


def test_a_post_of_another_organ_is_found_with_the_article_until_explained(city: City, case: Case) -> None:
    (found,) = review(city, case, "sun")
    assert found["code"] == "wrong_officer" and found["basis"]
    assert "市司法局" in found["sentence"] and "市财政局局长" in found["sentence"]
    assert "review" in case.marking["done"], "it happened, and counts"
    assert "2:wrong_officer" in case.marking["findings"]
    do(city, case, "explain_finding", by="zhao", targets=["2:wrong_officer"], explanation="受委托")
    assert "2:wrong_officer" not in case.marking.get("findings", {})
    assert list(rebuild.check()) == []


def test_one_among_several_with_the_post_is_enough(city: City, case: Case) -> None:
    assert review(city, case, "sun", "zhou") == []


def test_who_had_left_by_that_day_is_found(city: City, case: Case) -> None:
    Appointment.objects.filter(person__key="zhou").update(end=clock.now().date() - timedelta(days=1))
    performers = [{"person": "zhou", "organ": "legal", "post": "市司法局审查处长"}]
    paper = Elsewhere(clock.now(), "纸质审查单", "7", performers)
    entry = Entry(step="review", outcome="fit", values={"reasons": "可以"})
    acts.attest(city.actor("li"), case=case.key, elsewhere=paper, entry=entry)
    (found,) = case.acts.get(seq=2).data["findings"]
    assert found["code"] == "wrong_officer" and "没有任职" in found["sentence"]


def test_of_whom_the_register_knows_nothing_that_day_nothing_is_found(city: City, case: Case) -> None:
    Appointment.objects.filter(person__key="sun").update(start=date(2026, 12, 1))
    assert review(city, case, "sun") == []
