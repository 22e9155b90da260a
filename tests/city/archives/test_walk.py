"""A stranger with the database in his hands changes one thing; command and page name check, case, act and what differs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from fadu.city.authority import clock
from fadu.city.authority.models import Appointment
from fadu.city.cases.files import uploads
from fadu.city.cases.models import Act, Case, Document, File
from fadu.city.ledger import publishing, queries
from fadu.city.supervision import acts as supervision
from fadu.city.supervision.models import Reading
from fadu.cli import main
from tests.city.archives.conftest import file_matter
from tests.city.ledger.conftest import without_triggers
from tests.factories import City

pytestmark = pytest.mark.django_db


def _act(change: Callable[[Any], None]) -> Callable[[], None]:
    def changed() -> None:
        row = Act.objects.get(seq=2)
        change(row)
        row.save()

    return changed


def _sql(statement: str, *parameters: object) -> Callable[[], None]:
    def run() -> None:
        with without_triggers() as cursor:
            cursor.execute(statement, parameters)

    return run


def _leaf(statement: str, *before: object) -> Callable[[], None]:
    return lambda: _sql(statement, *before, bytes.fromhex(Act.objects.get(seq=2).leaf))()


def _performer(row: Any) -> None:
    row.data["performers"][0]["organ"] = "transport"


def _time(row: Any) -> None:
    row.data["occurred_at"] = "2026-01-05T01:00:00+00:00"


def _blob() -> None:
    path = uploads._path(File.objects.get(name="比较表: <一> 100%.csv").blob)
    path.write_bytes(path.read_bytes()[:-1] + b"x")


def _opening() -> None:
    with without_triggers() as cursor:
        cursor.execute(
            "SELECT box FROM ledger_opening WHERE hash = %s", [bytes.fromhex(Act.objects.get(seq=2).leaf)]
        )
        box = bytes(cursor.fetchone()[0])
        cursor.execute(
            "UPDATE ledger_opening SET box = %s WHERE hash = %s",
            [box[:-1] + b"x", bytes.fromhex(Act.objects.get(seq=2).leaf)],
        )


# what is done: (check, number of the act or 0, what must be said)
WALK: dict[str, tuple[Callable[[], object], str, int, str]] = {
    "an act's row names another organ": (_act(_performer), "true", 2, "当时不在"),
    "an act's row has another time": (_act(_time), "true", 2, "发生时间与痕迹不符"),
    "an act's row names another step": (lambda: Act.objects.filter(seq=2).update(step="register"), "true", 2, "步骤与痕迹不符"),
    "an act's row names another leaf": (lambda: Act.objects.filter(seq=2).update(leaf=Act.objects.get(seq=1).leaf), "true", 2, "账本中"),
    "an act's row is gone": (lambda: Act.objects.filter(seq=2).delete(), "complete", 0, "缺第 2 步"),
    "the state is another": (lambda: Case.objects.update(marking={}), "complete", 0, "状态不符"),
    "the number of acts is another": (lambda: Case.objects.update(version=9), "complete", 0, "应有连续的 9 步"),
    "a file's bytes": (_blob, "true", 1, "“比较表: <一> 100%.csv”已被改动"),
    "a file's row is gone": (lambda: File.objects.filter(name__startswith="比较表").delete(), "true", 1, "papers"),
    "the leaf is gone": (_leaf("DELETE FROM ledger_leaf WHERE hash = %s"), "true", 2, "账本中没有"),
    "what was recorded is changed": (_opening, "true", 2, "打不开"),
    "a document's number": (lambda: Document.objects.update(number="云财法意〔2026〕3号"), "complete", 0, "缺 1、2 号"),
    "the post was never held": (lambda: Appointment.objects.filter(person__key="li").update(end="2025-06-01"), "true", 2, "当时不在“市司法局审查员”任上"),
}  # fmt: skip


@pytest.mark.parametrize("name", WALK)
def test_named_by_command_and_page(
    name: str,
    city: City,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nothing is found before; afterwards the command says exactly what, and the page's reading is the same."""
    file_matter(city)
    publishing.publish(at=clock.now(), close_day=False)
    assert main(["check"]) == 0, capsys.readouterr().out
    capsys.readouterr()
    change, check, seq, sentence = WALK[name]
    change()
    assert main(["check", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)["checks"]
    case = Case.objects.get()
    found = [one for part in told if part["check"] == check for one in part["wrong"]]
    assert [one for one in found if sentence in one["sentence"] and one["seq"] == seq], told
    assert all(one["case"] in (case.key, "") for one in found)
    assert main(["check"]) == 1
    assert sentence in capsys.readouterr().out
    supervision.take_reading(city.actor("wang"))
    assert sentence in json.dumps(Reading.objects.get(check_name=check).wrong, ensure_ascii=False)
    assert queries.check().sound == (name not in ("the leaf is gone",))
