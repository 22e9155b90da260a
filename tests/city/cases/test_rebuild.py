"""`fadu rebuild --check` names what does not follow from history, table by table; `fadu rebuild` sets it right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fadu.city.authority import clock
from fadu.city.cases.checking import rebuild
from fadu.city.cases.files import uploads
from fadu.city.cases.models import Assignment, Case, Delivery, Duty, File, Involvement
from tests.factories import City, do

pytestmark = pytest.mark.django_db


@pytest.fixture
def worked(city: City, case: Case) -> Case:
    """A matter with work handed over and back, signers, a reviewed paper and its service."""
    do(city, case, "hand_over", by="zhou", targets=["review"], person="li")
    do(city, case, "add_signer", by="li", targets=["review"], persons=["wu"])
    do(city, case, "countersign", by="wu", targets=["review"], stance="agree", opinion="同意")
    do(city, case, "send_back", by="li", targets=["review"], reason="不在")
    do(city, case, "hand_over", by="zhou", targets=["review"], person="li")
    do(city, case, "recall", by="zhou", targets=["review"], reason="改由本人办")
    do(city, case, "review", by="zhou", outcome="fit", reasons="可以")
    zhao = city.actor("zhao").person
    proof = uploads.keep(zhao, "p", "proof", SimpleUploadedFile("回证.txt", b"x"), at=clock.now())
    served = {"party": "云州市财政局", "manner": "direct", "served_on": clock.now().date().isoformat()}
    do(city, case, "serve", by="zhao", targets=["review"], files={"proof": [proof.pk]}, **served)
    return case


def sentences() -> str:
    return "；".join(one.sentence for one in rebuild.check())


BREAKS: dict[str, tuple[Callable[[Case], object], str]] = {
    "an assignment is gone": (lambda case: case.assignments.first().delete(), "经办分派"),
    "an assignment was added": (
        lambda case: Assignment.objects.create(
            case=case, step="decide", person=case.opened_by, kind="handed", by_seq=1
        ),
        "经办分派",
    ),
    "an assignment was closed": (lambda case: case.assignments.update(done_seq=2), "经办分派"),
    "a service has another day": (
        lambda case: Delivery.objects.update(served_on=date(2026, 1, 1)),
        "送达记录",
    ),
    "a service is gone": (lambda case: Delivery.objects.all().delete(), "送达记录"),
    "a duty has another date": (
        lambda case: Duty.objects.filter(kind="owed").update(due_legal=date(2030, 1, 1)),
        "应办事项",
    ),
    "a duty is gone": (lambda case: Duty.objects.filter(case=case).delete(), "应办事项"),
    "an organ no longer sees it": (
        lambda case: Involvement.objects.filter(case=case, organ=case.organ).delete(),
        "关联机关",
    ),
    "a file is marked replaced": (lambda case: File.objects.update(replaced_by=9), "更正标记"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_what_was_changed_beside_history_is_named_and_set_right(worked: Case, name: str) -> None:
    assert sentences() == ""
    damage, said = BREAKS[name]
    damage(worked)
    assert said in sentences()
    assert rebuild.repair() == 1
    assert sentences() == ""


def test_a_corrected_service_moves_its_row(city: City, worked: Case) -> None:
    seq = worked.acts.get(step="serve").seq
    earlier = clock.now().date().isoformat()
    assert Delivery.objects.get(seq=seq).served_on.isoformat() == earlier
    do(
        city,
        worked,
        "correct",
        by="zhao",
        targets=[str(seq)],
        reason="方式写错",
        corrected={"manner": "left"},
    )
    assert Delivery.objects.get(seq=seq).method == "left"
    assert sentences() == ""
