"""A consultation says what its opening act and its opinions say; what was changed beside them is named and set right."""

from __future__ import annotations

from datetime import date

import pytest

from fadu.city.cases.checking import rebuild
from fadu.city.cases.models import Publication
from fadu.city.participation.models import Consultation
from tests.city.participation.conftest import Matter, forward, say

pytestmark = pytest.mark.django_db


def sentences() -> str:
    return "；".join(one.sentence for one in rebuild.check())


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"closes_on": date(2030, 1, 1)}, "与其记载不符"),
        ({"notice": "另一份公告"}, "与其记载不符"),
        ({"received": 7}, "实有 2 件"),
        ({"root": "0" * 64}, "汇总摘要"),
    ],
)
def test_a_consultation_changed_beside_its_acts(
    matter: Matter, changed: dict[str, object], said: str
) -> None:
    row = matter.open(days=30)
    for text in ("建议延长夜班车", "票价不要涨"):
        say(row.key, text)
    forward(31)
    assert sentences() == ""
    Consultation.objects.filter(pk=row.pk).update(
        **changed, **({"closed_at": row.opened_at} if "root" in changed else {})
    )
    assert said in sentences()
    rebuild.repair()
    assert sentences() == ""


def test_what_was_published_is_what_the_record_says(matter: Matter) -> None:
    matter.open(days=30)
    shown = Publication.objects.get(case=matter.case, step="open_consultation")
    Publication.objects.filter(pk=shown.pk).update(
        shown=[{**one, "value": "改"} if one["name"] == "notice" else one for one in shown.shown]
    )
    assert "公开的内容与其记载不符" in sentences()
    rebuild.repair()
    assert sentences() == ""


def test_a_publication_that_is_missing_or_that_nobody_ordered(matter: Matter) -> None:
    """What an act had to disclose stands there, with its day; nothing else does."""
    matter.open(days=30)
    shown = Publication.objects.get(case=matter.case, step="open_consultation")
    at, fields = shown.published_at, shown.shown
    shown.delete()
    assert sentences() == f"第 {shown.seq} 步“向社会公开征求意见”依法应当公开的内容没有公开记录"
    rebuild.repair()
    again = Publication.objects.get(case=matter.case, step="open_consultation")
    assert (again.seq, again.published_at, again.shown) == (shown.seq, at, fields)
    Publication.objects.create(
        case=matter.case, seq=1, step="propose", kind="x", title="未经审查的", shown=[], published_at=at
    )
    assert sentences() == "第 1 步有公开记录，办理经过没有要求公开"
    rebuild.repair()
    assert sentences() == ""
