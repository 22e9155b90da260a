"""A database restored from a backup and its log from the mirror: the acts in between are named until entered again."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client

from fadu.city.authority import clock
from fadu.city.cases import acts
from fadu.city.cases.checking import lost, rebuild
from fadu.city.cases.deadlines import expiry
from fadu.city.cases.deadlines.clockwork import NotNow
from fadu.city.cases.entry import Elsewhere, Entry
from fadu.city.cases.models import Case
from fadu.city.ledger import export, publishing, recovering
from fadu.city.ledger.acts import Official
from fadu.core.errors import Refused
from tests import factories
from tests.city.cases.conftest import MONDAY
from tests.factories import City, do

pytestmark = pytest.mark.django_db
TWO = {"by": Official("系统管理员", "zhao"), "together": Official("监督科长", "wang")}


@pytest.fixture
def review(city: City, case: Case, tmp_path: Path) -> str:
    """The case reviewed and another one opened after the backup; backup and mirror are put back. The lost review's leaf."""
    publishing.publish(at=clock.now(), close_day=False)
    with transaction.atomic():
        backup = transaction.savepoint()
        leaf = do(city, case, "review", by="zhou", outcome="fit", reasons="可以")["leaf"]
        factories.open_case(city, "matter", by="zhao", organ="finance", step="register", content="另一件")
        publishing.publish(at=clock.now(), close_day=False)
        export.export_tiles(tmp_path / "public", entries=tmp_path / "entries")
        transaction.savepoint_rollback(backup)
    case.refresh_from_db()
    plan = recovering.plan(tmp_path / "public", tmp_path / "entries")
    recovering.recover(plan, reason="磁盘损坏", at=clock.now(), **TWO)
    return leaf


def sentences() -> list[str]:
    return [one.sentence for one in rebuild.check()]


def test_what_was_lost_is_named_and_nothing_is_done_twice(city: City, case: Case, review: str) -> None:
    """By the command, on the page and at the door; the clock's own acts wait too, and so does nothing else."""
    here, elsewhere, paper = sorted(sentences(), key=lambda one: ("账本" in one, "document" in one))
    assert "document.produce.counsel_opinion" in paper, "the opinion it produced went with it"
    assert here.startswith("第 2 条痕迹“审查”（legal，2026-03-09，") and here.endswith("遗失，尚未补录")
    assert "账本有 1 条痕迹，其内容在恢复旧备份时遗失：matter.register（finance，2026-03-09）" in elsewhere
    client = Client()
    client.post("/demo/persona/", {"username": "zhou"})
    page = client.get(f"/cases/{case.key}/").content.decode()
    assert "有办理的内容遗失" in page and review in page
    with pytest.raises(Refused, match="内容遗失") as refused:
        do(city, case, "review", by="zhou", outcome="unfit", reasons="不可以")
    assert [one.code for one in refused.value.refusals] == ["lost_acts"]
    with pytest.raises(NotNow, match="尚未补录"):
        expiry.deliver({"case": case.key, **_moment(case)}, "key", clock.now())


def _moment(case: Case) -> dict[str, str]:
    """A payload as of a deadline that the case knows; any will do where the case itself is not whole."""
    return {"step": "decide", "moment": MONDAY.isoformat()}


def test_entered_again_under_its_leaf_the_case_goes_on(city: City, case: Case, review: str) -> None:
    performer = {"person": "zhou", "organ": "legal", "post": "市司法局审查岗"}
    paper = Elsewhere(clock.now(), "回执", review, [performer])
    entry = Entry(step="review", outcome="fit", values={"reasons": "可以"})
    acts.attest(city.actor("zhou"), case=case.key, elsewhere=paper, entry=entry)
    case.refresh_from_db()
    assert lost.some(case, 99) == []
    others = sentences()
    assert len(others) == 2 and all("账本有 1 条痕迹" in one for one in others), (
        "what nobody can enter stays named"
    )
    do(city, case, "decide", by="sun", outcome="agreed")
    assert case.version == 3 and sentences() == others


def test_a_tail_cut_off_is_no_recovery(city: City, case: Case) -> None:
    """A chain shorter than the acts, or one that does not hold them, is told as before."""
    Case.objects.filter(pk=case.pk).update(version=2)
    assert any("应有连续的 2 步，实有 1 步" in one for one in sentences())
