"""``fadu case ocel``: the cases as an event log by the standard's own schema, without persons, words said, or sealed matters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from fadu.city.authority import clock
from fadu.city.cases import acts as cases
from fadu.city.cases.checking import eventlog
from fadu.city.cases.entry import Elsewhere, Entry
from fadu.city.cases.models import Act, Case
from fadu.city.ledger.models import Leaf
from fadu.cli import main
from tests import factories
from tests.city.cases.conftest import MONDAY
from tests.factories import City

pytestmark = pytest.mark.django_db

SCHEMA = Path(__file__).parents[2] / "core" / "procedure" / "data" / "ocel20.schema.json"
SAID = "理由充分，可以办理"


def exported(path: Path, *options: str) -> dict[str, Any]:
    assert main(["case", "ocel", *options, "-o", str(path)]) == 0
    log: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    rules = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert [error.message for error in rules.iter_errors(log)] == []
    return log


def test_the_log_keeps_the_standard_and_holds_neither_persons_nor_words(
    city: City, case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    factories.do(city, case, "review", by="li", outcome="fit", reasons=SAID)
    factories.open_case(
        city, "whispers", by="zhao", organ="finance", step="begin", title="举报线索", content="线索"
    )
    before = Leaf.objects.count()
    log = exported(tmp_path / "log.json")
    assert "1 件案件，2 步办理" in (told := capsys.readouterr().out) and "1 件保密事项没有导出" in told
    assert [one["type"] for one in log["events"]] == ["matter.register", "matter.review"]
    objects = {one["id"] for one in log["objects"]}
    assert objects == {
        f"case:{case.key}", "organ:finance", "organ:legal", "post:市财政局科员", "post:市司法局审查员",
    }  # fmt: skip
    written = json.dumps(log, ensure_ascii=False)
    assert not [word for word in ("赵一", "李四", "zhao", "停车", SAID, case.title) if word in written]
    assert (Leaf.objects.count(), Act.objects.count()) == (before, 3), "only read"


def test_a_post_typed_as_the_origin_of_an_act_does_not_leave(city: City, case: Case, tmp_path: Path) -> None:
    """补录: whoever recorded it may have written a person's name where the post is asked."""
    by = {"person": "li", "organ": "legal", "post": "审查员张某某", "role": "reviewer"}
    cases.attest(
        city.actor("zhou"), case=case.key,
        entry=Entry(step="review", outcome="fit", values={"reasons": SAID}),
        elsewhere=Elsewhere(clock.now(), "纸质审查意见", "1", [by]),
    )  # fmt: skip
    log = exported(tmp_path / "log.json")
    (review,) = [one for one in log["events"] if one["type"] == "matter.review"]
    assert {one["objectId"] for one in review["relationships"]} == {f"case:{case.key}", "organ:legal"}
    assert "张某某" not in json.dumps(log, ensure_ascii=False)


def test_one_procedure_and_the_days_of_its_beginning(
    city: City, case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    day = MONDAY.date().isoformat()
    assert exported(tmp_path / "a.json", "--procedure", "matter", "--from", day, "--to", day)["events"]
    assert not exported(tmp_path / "b.json", "--from", "2026-03-10")["events"]
    assert not exported(tmp_path / "c.json", "--to", "2026-03-08", "--json")["events"]
    assert not exported(tmp_path / "d.json", "--procedure", "major_decision")["events"]
    capsys.readouterr()
    assert main(["case", "ocel", "--procedure", "mater", "-o", str(tmp_path / "e.json")]) == 2
    assert "matter" in capsys.readouterr().err and not (tmp_path / "e.json").exists()
    assert main(["case", "ocel", "--from", "2026-03-10", "--to", day, "-o", "f.json"]) == 2
    assert "对调" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["case", "ocel", "--from", "三月", "-o", "f.json"])
    assert "不是日期" in capsys.readouterr().err


def test_a_case_without_acts_bears_no_date(city: City, case: Case) -> None:
    """A child that was opened and in which nothing was done yet."""
    Case.objects.create(
        key="child", procedure="matter", definition=case.definition, title="子案", organ=case.organ,
        government=case.government, division=case.division, year=2026, opened_at=clock.now(),
        opened_by=case.opened_by, changed_at=clock.now(),
    )  # fmt: skip
    found = eventlog.event_log()
    (child,) = [one for one in found.log["objects"] if one["id"] == "case:child"]
    assert child["attributes"] == [] and (found.cases, found.acts) == (2, 1)
